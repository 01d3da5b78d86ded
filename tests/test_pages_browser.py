"""Every page in a real browser: accessible and clean, wide and narrow, light and dark."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from benchmarks import letters, people
from benchmarks.models import Letter, LetterParty, LetterReference, PersonSituation
from tests.browser import Window
from tests.make import (
    PASSWORD,
    make_benchmark,
    make_event,
    make_letter,
    make_line,
    make_organisation,
    make_person,
    make_recommendation,
    make_user,
)

LONG = (
    "Organisation for the Protection of Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamte"
)


@pytest.fixture
def ada(transactional_db: None) -> User:
    return make_user("ada", Role.ADMINISTRATOR)


@pytest.fixture
def victor(transactional_db: None) -> User:
    return make_user("victor", Role.VIEWER)


@pytest.fixture
def letter(ada: User) -> Letter:
    """A letter that shows all a letter page can show, with a name too long for a narrow window."""
    alice, rosa = make_user("alice", Role.CONTRIBUTOR), make_user("rosa", Role.REVIEWER)
    signed = [LetterParty(role="signatory", order=n, organisation=make_organisation(ada)) for n in (1, 2)]
    signed.append(LetterParty(role="signatory", order=3, organisation=make_organisation(ada, name=LONG)))
    to = LetterParty(role="addressee", order=1, person_name="Charlotte Example", office="President")
    made = make_letter(
        ada,
        slug="full",
        title="Joint letter before the summit",
        reference="TIGO IOR 10/2022.2778",
        text_kind="summary",
        text="What it says, in short.",
        ahead_of=make_event(ada, starts_on=date(2022, 4, 1)),
        parties=[*signed, to],
    )
    for number, rating in enumerate(["met", "substantial", "initial", "no_progress", "regression", None], 1):
        benchmark = make_benchmark(ada)
        if rating:
            make_line(benchmark, alice, rosa, rating)
        ask = make_recommendation(
            ada, made, benchmark, number=str(number), order=number, rationale="Because."
        )
        make_recommendation(ada, made, benchmark, number=f"{number}.a", parent=ask, mode="notes_absence")
    person = make_person(ada, native_name="ئىلھام توختى", native_language="ug")
    people.mention(person, letter=made, description="an economist", by=ada, health_concern=True)
    situation = PersonSituation.Situation.DETAINED
    people.record_situation(person, situation=situation, stated_as_of=date(2022, 3, 18), by=ada, letter=made)
    letters.refer(made, make_letter(ada), kind=LetterReference.Kind.CITES, by=ada)
    return made


# Signing in ------------------------------


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "path",
    [
        "/accounts/login/?next=/letters/",
        "/accounts/signup/",
        "/accounts/inactive/",
        "/accounts/password/reset/",
        "/accounts/password/reset/done/",
        "/accounts/password/reset/key/1-nonsense/",
        "/accounts/password/reset/key/done/",
        "/no-such-page/",
    ],
)
def test_pages_before_signing_in(window: Window, path: str) -> None:
    window.open(path)
    window.check()


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "path", ["/accounts/password/change/", "/accounts/logout/", "/accounts/reauthenticate/"]
)
def test_pages_of_ones_own_account(window: Window, victor: User, path: str) -> None:
    window.sign_in(victor)
    window.open(path)
    window.check()


def test_one_signs_in_with_the_keyboard_alone(window: Window, victor: User) -> None:
    page = window.open("/accounts/login/?next=/letters/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type(victor.email)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Letters")
    assert not window.faults


def test_a_refused_sign_in_reads_out_what_is_wrong(window: Window, victor: User) -> None:
    page = window.open("/accounts/login/")
    page.get_by_label("Mail address").fill(victor.email)
    page.locator("#id_password").fill("guessed")
    page.get_by_role("button", name="Sign in").click()
    said = page.get_by_role("alert")
    expect(said).to_contain_text("You are not signed in yet")
    expect(said).to_be_focused()
    expect(page.get_by_text("not correct")).to_have_count(1)
    expect(page.get_by_label("Mail address")).to_have_value(victor.email)
    expect(page.locator("#id_password")).to_have_value("")
    window.check()
    page.keyboard.press("Tab")
    expect(page.get_by_label("Mail address")).to_be_focused()


def test_a_refused_password_leads_to_its_field(window: Window, victor: User) -> None:
    window.sign_in(victor)
    page = window.open("/accounts/password/change/")
    page.get_by_label("Current password").fill(PASSWORD)
    page.locator("#id_password1").fill("short")
    page.get_by_label("New password, again").fill("short")
    page.get_by_role("button", name="Change password").click()
    page.get_by_role("alert").get_by_role("link", name="New password").first.click()
    expect(page.locator("#id_password1")).to_be_focused()
    window.check()


def test_somebody_without_a_role_is_told_so(window: Window, transactional_db: None) -> None:
    window.sign_in(make_user("charlie", None))
    page = window.open("/letters/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account has no role yet")
    window.check()


# Letters ------------------------------


@pytest.mark.promise("A5")
@pytest.mark.parametrize(
    "path", ["/letters/", "/letters/?q=nothing-like-it", "/letters/?kind=novel", "/letters/full/"]
)
def test_pages_of_letters(window: Window, victor: User, letter: Letter, path: str) -> None:
    window.sign_in(victor)
    window.open(path)
    window.check()


def test_an_empty_list_of_letters(window: Window, victor: User) -> None:
    window.sign_in(victor)
    window.open("/letters/")
    window.check()


def test_many_pages_of_letters(window: Window, ada: User, victor: User) -> None:
    for _number in range(60):
        make_letter(ada)
    window.sign_in(victor)
    page = window.open("/letters/?page=2")
    expect(page.get_by_role("navigation", name="Pages").get_by_role("link", name="2")).to_have_attribute(
        "aria-current", "page"
    )
    window.check()


def test_a_table_stays_a_table_for_screen_readers_when_narrow(
    window: Window, victor: User, letter: Letter
) -> None:
    window.sign_in(victor)
    page = window.open("/letters/")
    page.set_viewport_size({"width": 320, "height": 800})
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=letter.title))
    expect(row.get_by_role("cell")).to_have_count(6)
    expect(page.get_by_role("columnheader", name="Letter")).to_be_visible()


# The shell ------------------------------


def test_the_slash_key_goes_to_the_search_unless_switched_off(
    window: Window, victor: User, letter: Letter
) -> None:
    window.sign_in(victor)
    page = window.open("/letters/")
    search = page.get_by_label("that mention")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.press("/")
    expect(search).to_have_value("/")
    open_account_menu(page)
    page.get_by_label("Single-key shortcuts").uncheck()
    page.reload()
    page.keyboard.press("/")
    expect(search).not_to_be_focused()


def open_account_menu(page: Page) -> None:
    page.get_by_role("button", name="Your account").click()


def colours(page: Page) -> str:
    found: str = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return found


def test_a_chosen_appearance_outlasts_the_page_and_overrules_the_system(window: Window, victor: User) -> None:
    window.sign_in(victor)
    page = window.open("/letters/")
    page.emulate_media(color_scheme="light")
    light = colours(page)
    open_account_menu(page)
    page.get_by_label("Dark").check()
    dark = colours(page)
    assert dark != light
    page.reload()
    assert colours(page) == dark
    open_account_menu(page)
    page.get_by_label("System").check()
    assert colours(page) == light
    page.emulate_media(color_scheme="dark")
    assert colours(page) == dark


@pytest.mark.parametrize("width", [1280, 320])
def test_the_account_menu_opens_inside_the_window(window: Window, victor: User, width: int) -> None:
    window.sign_in(victor)
    page = window.open("/letters/")
    page.set_viewport_size({"width": width, "height": 800})
    open_account_menu(page)
    expect(page.get_by_text("victor@example.org")).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("button", name="Sign out")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()


def test_a_long_name_fits_into_a_narrow_bar(window: Window, rosa: User) -> None:
    User.objects.update(name=LONG)
    window.sign_in(rosa)
    window.open("/letters/")
    window.check()


def test_the_open_menus_are_accessible(window: Window, victor: User) -> None:
    window.sign_in(victor)
    page = window.open("/letters/")
    page.set_viewport_size({"width": 320, "height": 800})
    page.get_by_role("button", name="Menu").click()
    expect(page.get_by_role("navigation", name="Main").get_by_role("link", name="Letters")).to_be_visible()
    window.check()
    page.set_viewport_size({"width": 320, "height": 800})
    page.keyboard.press("Escape")
    open_account_menu(page)
    window.check()


def test_one_signs_out_from_the_menu(window: Window, victor: User) -> None:
    window.sign_in(victor)
    page = window.open("/letters/")
    open_account_menu(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("status")).to_contain_text("You are signed out.")
    page.goto(window.origin + "/letters/")
    expect(page).to_have_url(window.origin + "/accounts/login/?next=/letters/")


def test_paper_shows_the_page_and_not_its_controls(window: Window, victor: User, letter: Letter) -> None:
    window.sign_in(victor)
    page = window.open("/letters/full/")
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.get_by_role("heading", name=letter.title)).to_be_visible()
    expect(page.get_by_text("Benchmark tracker", exact=True)).to_be_hidden()
    assert colours(page) == "rgb(255, 255, 255)"


def test_pages_work_without_javascript(window: Window, victor: User, letter: Letter) -> None:
    context = window.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    page = context.new_page()
    page.goto(window.origin + "/accounts/login/?next=/letters/")
    page.fill("#id_login", victor.email)
    page.fill("#id_password", PASSWORD)
    page.click("main button[type=submit]")
    page.fill("#id_q", "Donaudampf")
    page.click("main button[type=submit]")
    assert page.url.endswith("/letters/?kind=&party=&q=Donaudampf")
    assert page.locator("tbody tr").count() == 1
    assert not page.get_by_label("Single-key shortcuts").is_visible()
    page.click(".account")
    page.click("#account-menu button[type=submit]")
    assert "You are signed out" in page.content()
    context.close()


# The check itself ------------------------------


@pytest.mark.parametrize(
    ("spoil", "found"),
    [
        ("document.querySelector('h1').setAttribute('style', 'color: red')", "CSP refused style-src"),
        ("document.querySelector('main').append(document.createElement('img'))", "image-alt"),
        (
            "const h1 = document.querySelector('h1'); h1.append('x'.repeat(400)); h1.className = 'nowrap'",
            "scrolls sideways",
        ),
        ("new Image().src = 'http://127.0.0.9/pixel.png'", "img-src"),
        ("fetch('/no-such-file.js')", "404"),
        ("setTimeout(() => { throw new Error('broken') })", "script: broken"),
    ],
)
def test_a_spoilt_page_is_found_out(window: Window, transactional_db: None, spoil: str, found: str) -> None:
    page = window.open("/accounts/login/")
    page.evaluate(f"() => {{ {spoil} }}")
    with pytest.raises(AssertionError, match=found):
        window.check()
