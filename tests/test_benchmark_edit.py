"""Editing a benchmark: details, criterion with a reason, and two people who do it at once."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import Role, User
from accounts.permissions import NotAllowed
from benchmarks import amendments, conflicts, editing, lifecycle, publishing, verify
from benchmarks.forms.benchmark import EditForm
from benchmarks.models import Benchmark, Change, Theme
from tests.make import make_benchmark, make_organisation, make_user
from tests.pages import errors, filled, said, signed_in


@pytest.fixture
def benchmark(alice: User, ada: User) -> Benchmark:
    theme = lifecycle.add_theme(Theme(name="Tibet", slug="tibet"), by=ada)
    return make_benchmark(
        alice,
        title="Access to Tibet",
        description="Why.",
        criterion="Diplomats travel freely.",
        themes=[theme],
        addressees=[make_organisation(ada, name="The Council")],
        owner=alice,
    )


def address(benchmark: Benchmark) -> str:
    return f"{benchmark.get_absolute_url()}edit/"


def opened(user: User, benchmark: Benchmark) -> dict[str, Any]:
    """What a browser would send from the page that this person opens now."""
    return filled(signed_in(user).get(address(benchmark)))


def sent(user: User, benchmark: Benchmark, form: dict[str, Any], **given: Any) -> Any:
    return signed_in(user).post(address(benchmark), form | given, follow=True)


def save(user: User, benchmark: Benchmark, **given: Any) -> Any:
    return sent(user, benchmark, opened(user, benchmark), **given)


def kinds() -> list[str]:
    """The kinds of all changes, the oldest first."""
    return list(Change.objects.order_by("no").values_list("kind", flat=True))


# Who may ------------------------------


def test_reviewers_edit_any_benchmark_and_its_owner_only_a_draft(
    benchmark: Benchmark, alice: User, abel: User, rosa: User, ada: User, victor: User, charlie: User
) -> None:
    draft = make_benchmark(ada, owner=alice, lifecycle="draft")
    may = {user: [signed_in(user).get(address(each)).status_code for each in (benchmark, draft)] for user in
           (alice, abel, rosa, ada, victor, charlie)}  # fmt: skip
    assert may == {
        alice: [403, 200],
        abel: [403, 403],
        rosa: [200, 200],
        ada: [200, 200],
        victor: [403, 404],
        charlie: [404, 404],
    }


def test_an_owner_does_not_give_a_draft_away(alice: User, abel: User) -> None:
    draft = make_benchmark(alice, owner=alice, lifecycle="draft")
    save(alice, draft, owner=abel.pk, title="Mine")
    draft.refresh_from_db()
    assert (draft.owner, draft.title) == (alice, "Mine")
    with pytest.raises(NotAllowed):
        editing.edit(draft, {"owner": abel}, opened="", by=alice)


def test_an_owner_whose_draft_was_activated_meanwhile_is_told_and_keeps_every_word(
    alice: User, rosa: User
) -> None:
    draft = make_benchmark(alice, owner=alice, lifecycle="draft", title="As it was")
    form = opened(alice, draft)
    publishing.activate(draft, by=rosa)
    page = sent(alice, draft, form, title="Long thought about")
    assert page.status_code == 403
    assert "reviewers edit any benchmark" in errors(page)["__all__"][0]
    assert "Long thought about" in page.content.decode()
    draft.refresh_from_db()
    assert draft.title == "As it was"


def test_an_owner_without_an_account_that_is_open_stays_the_owner(
    benchmark: Benchmark, alice: User, rosa: User
) -> None:
    User.objects.filter(pk=alice.pk).update(is_active=False)
    save(rosa, benchmark, title="Otherwise")
    benchmark.refresh_from_db()
    assert (benchmark.title, benchmark.owner) == ("Otherwise", alice)


# What is saved ------------------------------


def test_details_are_one_change(benchmark: Benchmark, rosa: User) -> None:
    before = kinds()
    page = save(rosa, benchmark, title="Free access", addressees=[], due_on="2030-01-01")
    assert said(page) == "What you changed is saved."
    benchmark.refresh_from_db()
    assert (benchmark.title, benchmark.due_on) == ("Free access", date(2030, 1, 1))
    assert (benchmark.themes.count(), benchmark.addressees.count()) == (1, 0)
    assert kinds() == [*before, "benchmark_amended"]
    assert list(verify.findings()) == []


def test_nothing_changed_is_nothing_recorded(benchmark: Benchmark, rosa: User) -> None:
    before = kinds()
    form = opened(rosa, benchmark)
    sent(rosa, benchmark, form)
    # A browser ends lines in its own way.
    lifecycle.revise_criterion(
        benchmark, text="One.\nTwo.", effective_on=date(2000, 1, 1), reason="So.", by=rosa
    )
    save(rosa, benchmark, criterion="One.\r\nTwo.")
    assert kinds() == [*before, "criterion_revised"]


def test_code_address_and_what_history_says_are_not_edited(benchmark: Benchmark, ada: User) -> None:
    held = Benchmark.objects.filter(pk=benchmark.pk).values().get()
    forged = {"code": "X-1", "slug": "x", "lifecycle": "draft", "published": "on", "rating": "met"}
    save(ada, benchmark, **forged)
    assert Benchmark.objects.filter(pk=benchmark.pk).values().get() == held


def test_a_criterion_is_revised_with_a_day_and_a_reason(benchmark: Benchmark, rosa: User) -> None:
    page = signed_in(rosa).get(address(benchmark))
    assert page.context["form"]["criterion"].value() == "Diplomats travel freely."
    assert "1 version so far" in page.content.decode()
    before = kinds()
    save(rosa, benchmark, criterion="Journalists too.", effective_on="2020-01-01", reason="They asked.")
    benchmark.refresh_from_db()
    version = benchmark.criterion
    assert version is not None
    assert (str(version), version.number, version.effective_on) == ("Journalists too.", 2, date(2020, 1, 1))
    assert str(version.reason) == "They asked."
    assert kinds() == [*before, "criterion_revised"]
    assert list(verify.findings()) == []


def test_details_and_criterion_are_saved_together_or_not_at_all(benchmark: Benchmark, rosa: User) -> None:
    before = kinds()
    page = save(rosa, benchmark, title="Free access", criterion="Journalists too.", reason="")
    assert "Say why" in errors(page)["reason"][0]
    assert "Journalists too." in page.content.decode()
    assert kinds() == before
    save(rosa, benchmark, title="Free access", criterion="Journalists too.", reason="They asked.")
    assert kinds() == [*before, "benchmark_amended", "criterion_revised"]


@pytest.mark.parametrize(
    ("given", "name", "word"),
    [
        ({"criterion": "", "reason": "So."}, "criterion", "needs a criterion"),
        ({"reason": "For no change."}, "criterion", "as it was"),
        ({"criterion": "New.", "reason": " \n"}, "reason", "Say why"),
        ({"criterion": "New.", "reason": "So.", "effective_on": ""}, "effective_on", "from which day"),
        ({"criterion": "New.", "reason": "So.", "effective_on": "soon"}, "effective_on", "is no day"),
        ({"criterion": "x" * 100_000, "reason": "So."}, "criterion", "at most 10000"),
        ({"criterion": "New.", "reason": "x" * 100_000}, "reason", "at most 2000"),
        ({"criterion": "New\x00.", "reason": "So."}, "criterion", "Null"),
        ({"title": ""}, "title", "required"),
        ({"title": "x" * 301}, "title", "at most 300"),
        ({"measure": "another"}, "measure", "valid choice"),
        ({"owner": "0"}, "owner", "valid choice"),
        ({"review_interval_days": "0"}, "review_interval_days", "greater than or equal to 1"),
    ],
)
def test_what_is_unsound_is_refused_where_it_stands(
    benchmark: Benchmark, rosa: User, given: dict[str, str], name: str, word: str
) -> None:
    before = kinds()
    page = save(rosa, benchmark, **given)
    assert page.status_code == 200
    assert word in errors(page)[name][0]
    assert f'href="#id_{name}"' in page.content.decode()
    assert kinds() == before


def test_a_criterion_is_not_revised_for_a_day_to_come(benchmark: Benchmark, rosa: User) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = save(rosa, benchmark, criterion="New.", reason="So.", effective_on=str(tomorrow))
    assert "still to come" in errors(page)["effective_on"][0]


# Two at once ------------------------------


@pytest.mark.promise("H4")
def test_the_second_of_two_is_shown_both_texts_and_who_saved_the_first(
    benchmark: Benchmark, rosa: User, omar: User
) -> None:
    form = opened(omar, benchmark)
    save(rosa, benchmark, title="Rosa's title")
    before = kinds()
    page = sent(omar, benchmark, form, title="Omar's title")
    assert page.status_code == 409
    both = page.context["conflict"]
    assert [(row.label, row.theirs, row.yours) for row in both.rows] == [
        ("Title", "Rosa's title", "Omar's title")
    ]
    assert (both.by, both.is_self) == (rosa, False)
    assert abs((timezone.now() - both.at).total_seconds()) < 60
    assert "<bdi>Rosa</bdi> saved this meanwhile" in page.content.decode()
    benchmark.refresh_from_db()
    assert benchmark.title == "Rosa's title"
    assert kinds() == before


@pytest.mark.promise("H4")
def test_saving_again_after_seeing_both_saves_and_keeps_what_only_the_other_changed(
    benchmark: Benchmark, rosa: User, omar: User
) -> None:
    form = opened(omar, benchmark)
    save(rosa, benchmark, title="Rosa's title", description="Rosa's words")
    page = sent(omar, benchmark, form, title="Omar's title", review_interval_days="90")
    rows = {row.name: (row.theirs, row.yours) for row in page.context["conflict"].rows}
    assert rows == {"title": ("Rosa's title", "Omar's title"), "description": ("Rosa's words", None)}
    assert said(sent(omar, benchmark, filled(page))) == "What you changed is saved."
    benchmark.refresh_from_db()
    assert (benchmark.title, benchmark.description) == ("Omar's title", "Rosa's words")
    assert benchmark.review_interval_days == 90


@pytest.mark.promise("H4")
def test_a_third_who_saves_while_the_second_looks_is_shown_too(
    benchmark: Benchmark, rosa: User, omar: User, ada: User
) -> None:
    form = opened(omar, benchmark)
    save(rosa, benchmark, title="Rosa's title")
    page = sent(omar, benchmark, form, title="Omar's title")
    save(ada, benchmark, title="Ada's title")
    page = sent(omar, benchmark, filled(page))
    assert page.status_code == 409
    assert (page.context["conflict"].by, page.context["conflict"].rows[0].theirs) == (ada, "Ada's title")


@pytest.mark.promise("H4")
def test_one_person_in_two_tabs_is_told_that_it_was_they(benchmark: Benchmark, rosa: User) -> None:
    form = opened(rosa, benchmark)
    save(rosa, benchmark, title="In one tab")
    page = sent(rosa, benchmark, form, title="In the other")
    assert page.status_code == 409
    assert "You saved this in another window meanwhile" in page.content.decode()


@pytest.mark.promise("H4")
def test_two_new_criteria_are_shown_side_by_side_and_the_reason_typed_is_kept(
    benchmark: Benchmark, rosa: User, omar: User
) -> None:
    form = opened(omar, benchmark)
    save(rosa, benchmark, criterion="Rosa's criterion.", reason="Hers.")
    page = sent(
        omar, benchmark, form, criterion="Omar's criterion.", reason="His.", effective_on="2020-01-01"
    )
    (row,) = page.context["conflict"].rows
    assert (row.theirs, row.yours) == ("Rosa's criterion.", "Omar's criterion.")
    again = filled(page)
    assert (again["criterion"], again["reason"]) == ("Omar's criterion.", "His.")
    assert str(again["effective_on"]) == "2020-01-01"
    sent(omar, benchmark, again, effective_on=str(timezone.localdate()))
    texts = [str(each) for each in benchmark.criterion_versions.order_by("number")]
    assert texts == ["Diplomats travel freely.", "Rosa's criterion.", "Omar's criterion."]
    assert list(verify.findings()) == []


@pytest.mark.promise("H4")
def test_choices_people_and_days_are_shown_as_words(
    benchmark: Benchmark, rosa: User, omar: User, alice: User, ada: User
) -> None:
    form = opened(omar, benchmark)
    uighur = lifecycle.add_theme(Theme(name="Uyghur Region", slug="uyghur"), by=ada)
    themes = [uighur.pk, *form["themes"]]
    save(rosa, benchmark, themes=themes, owner=rosa.pk, due_on="2030-01-01", measure="outcome")
    page = sent(omar, benchmark, form, themes=[uighur.pk], owner="", measure="structural")
    rows = {row.name: (row.theirs, row.yours) for row in page.context["conflict"].rows}
    assert rows["themes"] == ("Tibet, Uyghur Region", "Uyghur Region")
    assert rows["owner"] == ("Rosa", "")
    assert rows["due_on"] == ("1 January 2030", None)
    assert [text.split(":")[0] for text in rows["measure"]] == ["Outcome", "Structural"]
    again = filled(page)
    assert again["themes"] == [uighur.pk]
    assert "owner" not in again


@pytest.mark.promise("H4")
def test_the_same_form_sent_twice_is_no_conflict_and_saved_once(benchmark: Benchmark, rosa: User) -> None:
    form = opened(rosa, benchmark) | {"title": "New", "criterion": "New.", "reason": "So."}
    sent(rosa, benchmark, form)
    before = kinds()
    assert sent(rosa, benchmark, form).redirect_chain
    assert kinds() == before


@pytest.mark.promise("H4")
def test_what_changed_in_another_way_is_no_conflict(benchmark: Benchmark, rosa: User, ada: User) -> None:
    form = opened(rosa, benchmark)
    publishing.publish(benchmark, by=ada)
    assert sent(rosa, benchmark, form, title="New").redirect_chain
    benchmark.refresh_from_db()
    assert (benchmark.title, benchmark.published) == ("New", True)


@pytest.mark.promise("H4")
@pytest.mark.parametrize("forged", ["", "{}", "[1]", "nothing", "[" * 9_000, '{"title": 5}', "null", "0"])
def test_a_form_that_does_not_say_what_it_was_opened_with_overwrites_nothing(
    benchmark: Benchmark, rosa: User, forged: str
) -> None:
    form = opened(rosa, benchmark)
    page = sent(rosa, benchmark, form, title="New", opened=forged, reason="So.", criterion="New.")
    assert page.status_code == 409
    benchmark.refresh_from_db()
    assert benchmark.title == "Access to Tibet"
    assert filled(page)["title"] == "New"


def test_markup_in_both_texts_is_words(benchmark: Benchmark, rosa: User, omar: User) -> None:
    form = opened(omar, benchmark)
    save(rosa, benchmark, title="<script>rosa</script>", description="\u202eعربي")
    body = sent(omar, benchmark, form, title="<script>omar</script>").content.decode()
    assert "<script>rosa" not in body
    assert "<script>omar" not in body
    assert "&lt;script&gt;rosa" in body
    assert "&lt;script&gt;omar" in body


@pytest.mark.promise("H4")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_the_same_moment_one_saves_and_all_others_are_told() -> None:
    people = [make_user(f"reviewer{number}", Role.REVIEWER) for number in range(6)]
    benchmark = make_benchmark(people[0], title="As it was")
    held = conflicts.opened_with(editing.held(benchmark, ["title", "criterion"]))
    start, ends = threading.Barrier(len(people)), []

    def work(person: User) -> None:
        given = {"title": f"By {person.name}", "criterion": f"By {person.name}."}
        revision = editing.Revision(date(2020, 1, 1), "So.")
        start.wait()
        try:
            editing.edit(benchmark_of(benchmark), given, opened=held, by=person, revision=revision)
            ends.append("saved")
        except conflicts.Conflict as conflict:
            ends.append(f"told of {sorted(conflict.fields)}")
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(ends) == ["saved", *["told of ['criterion', 'title']"] * 5]
    assert benchmark.criterion_versions.count() == 2
    benchmark.refresh_from_db()
    assert str(benchmark.criterion) == f"{benchmark.title}."
    assert list(verify.findings()) == []


def benchmark_of(benchmark: Benchmark) -> Benchmark:
    """The same row, read anew by another thread."""
    return Benchmark.objects.get(pk=benchmark.pk)


def test_the_page_asks_as_often_for_many_versions_as_for_one(
    benchmark: Benchmark, rosa: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        lifecycle.revise_criterion(
            benchmark, text=f"{number}", effective_on=date(2001 + number, 1, 1), reason="So.", by=rosa
        )
    client = signed_in(rosa)
    with django_assert_max_num_queries(13):
        assert "13 versions so far" in client.get(address(benchmark)).content.decode()


def test_the_form_knows_of_every_detail_that_may_be_amended(benchmark: Benchmark, rosa: User) -> None:
    """A new field of a benchmark is either on this form or settled: none is forgotten."""
    editable = {
        field.name
        for field in [*Benchmark._meta.concrete_fields, *Benchmark._meta.many_to_many]
        if amendments._is_amendable(benchmark, field.name) and field.name != "id"
    }
    assert editable | {"criterion"} == set(EditForm(user=rosa, instance=benchmark).edited)
