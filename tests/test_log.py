"""Logging progress: what happened and when, and all else only where there is something to say."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import events, lifecycle, verify, workflow
from benchmarks.models import Benchmark, Change, Evidence, ProgressUpdate
from tests.administration import signed_in
from tests.logging_progress import address, errors, keep, link, typed
from tests.make import (
    make_benchmark,
    make_event,
    make_letter,
    make_organisation,
    make_recommendation,
    make_update,
)
from tests.pages import text_of


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    council = make_organisation(alice, name="Council")
    return make_benchmark(alice, slug="access", addressees=[council])


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


def only_update() -> ProgressUpdate:
    return ProgressUpdate.objects.get()


def test_what_happened_and_when_is_enough(as_alice: Client, benchmark: Benchmark, alice: User) -> None:
    answer = as_alice.post(address(benchmark), typed())
    assert answer["Location"] == benchmark.get_absolute_url()
    update = only_update()
    assert (update.author, update.state, update.happened_on) == (alice, "submitted", date(2023, 5, 4))
    assert update.narrative == "A delegation was turned back."
    assert update.criterion == benchmark.criterion
    assert not update.working_copies.exists()
    assert "Submitted" in text_of(as_alice.get(benchmark.get_absolute_url()))
    assert list(verify.findings()) == []


def test_everything_that_can_be_said_is_kept(
    as_alice: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    council, letter = benchmark.addressees.get(), make_letter(alice)
    item = events.put_on_agenda(make_event(alice), benchmark, ask="Press.", by=alice)
    sent = typed(
        happened_on="May 2023",
        proposed_rating="initial",
        reason="One of two was let in.",
        proposed_position="noted",
        addressee=council.pk,
        agenda_item=item.pk,
        audience="public",
    )
    sent |= link(0, publisher="Ministry", published_on="2023-05", archived_url="https://example.org/copy")
    sent |= link(1, kind="letter", url="", title="", letter=letter.pk, locator="third ask")
    as_alice.post(address(benchmark), sent)
    update = only_update()
    assert (update.happened_on, update.happened_on_precision) == (date(2023, 5, 1), "month")
    assert (update.proposed_rating, update.reason) == ("initial", "One of two was let in.")
    assert (update.proposed_position, update.addressee) == ("noted", council)
    assert (update.agenda_item, update.audience) == (item, "public")
    statement, place = update.evidence.all()
    assert (statement.publisher, statement.published_on_precision) == ("Ministry", "month")
    assert statement.archived_url == "https://example.org/copy"
    assert (place.letter, place.locator, place.audience) == (letter, "third ask", "public")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"narrative": " "}, "Say what happened."),
        ({"happened_on": ""}, "Say when it happened."),
        ({"happened_on": "04/05/2023"}, "year first"),
        ({"proposed_rating": "met"}, "A rating needs its reason"),
        ({"proposed_rating": "unassessed"}, "not one of the available choices"),
        ({"proposed_position": "noted"}, "Say whose position it is."),
        ({"audience": "everybody"}, "not one of the available choices"),
        (link(url="javascript:alert(1)"), "Enter a valid URL."),
        (link(url="", title="Untold"), "A link needs its address."),
        (link(kind="letter", url="", letter="", locator="second"), "Say which letter."),
        (link(kind="letter", url="", letter="999999"), "Choose one of the letters."),
        (link(kind="file", url="", id="999999"), "is not there any more"),
        (link(published_on="2999"), "still to come"),
    ],
)
def test_what_is_wrong_is_told_and_no_word_is_lost(
    as_alice: Client, benchmark: Benchmark, words: dict[str, Any], said: str
) -> None:
    sent = typed() | words
    page = as_alice.post(address(benchmark), sent)
    assert page.status_code == 200
    assert said in errors(page)
    update = only_update()
    assert update.state == "draft"
    for name, value in sent.items():
        if name not in {"window", "version"} and value.strip():
            assert update.working_copies.get().words[name] == [value]
            assert name.endswith("_FORMS") or str(page.context["form"].data[name]) == value


def test_a_day_to_come_is_refused(as_alice: Client, benchmark: Benchmark) -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    page = as_alice.post(address(benchmark), typed(happened_on=str(tomorrow)))
    assert "still to come" in errors(page)
    assert only_update().state == "draft"


def test_a_day_before_the_first_letter_is_asked_about_once(
    as_alice: Client, benchmark: Benchmark, alice: User
) -> None:
    make_recommendation(alice, make_letter(alice, dated=date(2022, 3, 18)), benchmark)
    sent = typed(happened_on="2021-01-01")
    page = as_alice.post(address(benchmark), sent)
    assert "before the first letter, of 18 March 2022" in errors(page)
    again = sent | {"version": str(page.context["version"]), "happened_early": "on"}
    assert as_alice.post(address(benchmark), again)["Location"] == benchmark.get_absolute_url()
    assert only_update().state == "submitted"


def test_a_restricted_update_proposes_nothing(as_alice: Client, benchmark: Benchmark, rosa: User) -> None:
    sent = typed(audience="restricted", readers=[rosa.pk], proposed_rating="met", reason="Seen.")
    assert "would betray it" in errors(as_alice.post(address(benchmark), sent))
    sent |= {"proposed_rating": "", "reason": ""}
    as_alice.post(address(benchmark), sent | link())
    update = only_update()
    assert (update.audience, list(update.readers.all())) == ("restricted", [rosa])
    assert update.evidence.get().audience == "restricted"


def test_evidence_may_be_for_fewer_than_the_update(
    as_alice: Client, benchmark: Benchmark, abel: User, rosa: User
) -> None:
    as_alice.post(address(benchmark), typed(readers=[rosa.pk]) | link(is_restricted="on"))
    assert (only_update().audience, Evidence.objects.get().audience) == ("internal", "restricted")
    assert Evidence.objects.visible_to(rosa).exists()
    assert not Evidence.objects.visible_to(abel).exists()


def test_a_row_in_which_nothing_stands_is_no_evidence(as_alice: Client, benchmark: Benchmark) -> None:
    as_alice.post(address(benchmark), typed() | link(url="", title=""))
    assert not Evidence.objects.exists()


def test_a_row_is_added_without_a_script(as_alice: Client, benchmark: Benchmark) -> None:
    page = as_alice.post(address(benchmark), typed(action="add_letter") | link())
    form = page.context["form"]
    assert [row.kind_typed for row in form.evidence] == ["link", "letter"]
    assert form["narrative"].value() == "A delegation was turned back."
    assert errors(page) == ""


def test_files_are_taken_without_a_script_and_unfit_ones_named(
    as_alice: Client, benchmark: Benchmark
) -> None:
    files = [
        SimpleUploadedFile("minutes.txt", b"Minutes of a meeting.\n"),
        SimpleUploadedFile("x.pdf", b"<svg/>"),
    ]
    page = as_alice.post(address(benchmark), typed(files=files))
    assert only_update().state == "draft", "one of the files was not taken: the author decides what now"
    assert "x.pdf" in text_of(page)
    kept = Evidence.objects.get()
    assert (kept.file_name, kept.audience) == ("minutes.txt", "restricted")
    row = page.context["form"].evidence.formset.forms[0]
    sent = typed(version=page.context["version"], window=page.context["window"])
    sent |= link(kind="file", url="", id=kept.pk, title="Minutes")
    assert row.piece == kept
    as_alice.post(f"/updates/{only_update().pk}/edit/", sent)
    kept.refresh_from_db()
    assert (only_update().state, kept.title, kept.audience) == ("submitted", "Minutes", "internal")


def test_a_file_is_taken_while_one_types(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed())
    upload = SimpleUploadedFile("minutes.txt", b"Minutes of a meeting.\n")
    answer = as_alice.post(said["files"], {"files": [upload], "next": "3"}).json()
    kept = Evidence.objects.get()
    assert 'name="evidence-3-id"' in answer["rows"][0]
    assert f'value="{kept.pk}"' in answer["rows"][0]
    bad = as_alice.post(said["files"], {"files": [SimpleUploadedFile("x.pdf", b"")]})
    assert (bad.status_code, bad.json()["rows"]) == (400, [])
    assert "x.pdf" in bad.json()["wrong"][0]


def test_evidence_of_another_update_is_not_taken_over(
    as_alice: Client, benchmark: Benchmark, abel: User, alice: User
) -> None:
    signed_in(abel).post(address(benchmark), typed() | link())
    theirs = Evidence.objects.get()
    page = as_alice.post(address(benchmark), typed() | link(id=theirs.pk, url="https://example.org/mine"))
    assert "is not there any more" in errors(page)
    theirs.refresh_from_db()
    assert (theirs.url, theirs.update.author) == ("https://example.org/statement", abel)


def test_a_ticked_row_is_removed_and_an_untold_one_stays(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed())
    for name in ("one.txt", "two.txt"):
        as_alice.post(said["files"], {"files": [SimpleUploadedFile(name, b"Some words.\n")]})
    one, two = Evidence.objects.order_by("pk")
    sent = typed(version=said["version"]) | link(kind="file", url="", id=one.pk, DELETE="on")
    as_alice.post(said["edit"], sent)
    assert list(Evidence.objects.all()) == [two]
    assert only_update().state == "submitted"


def test_the_event_of_a_link_is_chosen(as_alice: Client, benchmark: Benchmark, alice: User) -> None:
    event = make_event(alice, slug="summit")
    item = events.put_on_agenda(event, benchmark, ask="Press.", by=alice)
    page = as_alice.get(address(benchmark), {"event": "summit"})
    assert page.context["form"]["agenda_item"].value() == str(item.pk)


def test_nothing_is_logged_on_a_retired_benchmark(as_alice: Client, alice: User) -> None:
    retired = make_benchmark(alice, lifecycle="retired")
    page = as_alice.get(address(retired))
    assert page.status_code == 409
    assert "retired" in text_of(page)
    assert as_alice.post(address(retired), typed()).status_code == 400
    assert not ProgressUpdate.objects.exists()


def test_a_preview_is_what_will_be_read(as_alice: Client) -> None:
    page = as_alice.post("/updates/preview/", {"narrative": "*Met* <script>alert(1)</script>"})
    assert "<em>Met</em>" in page.content.decode()
    assert "<script" not in page.content.decode()


def test_what_was_sent_back_is_mended_and_submitted_again(
    as_alice: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    as_alice.post(address(benchmark), typed() | link())
    update = only_update()
    workflow.request_changes(update, rosa, "Which delegation?")
    here = f"/updates/{update.pk}/edit/"
    page = as_alice.get(here)
    assert "Which delegation?" in text_of(page)
    form = page.context["form"]
    sent = typed("A delegation of the Council was turned back.", version=page.context["version"])
    sent |= link(id=update.evidence.get().pk, title="Statement, again")
    assert form["narrative"].value() == "A delegation was turned back."
    assert as_alice.post(here, sent)["Location"] == benchmark.get_absolute_url()
    update.refresh_from_db()
    assert (update.state, update.submission) == ("submitted", 2)
    assert update.narrative == "A delegation of the Council was turned back."
    assert update.evidence.get().title == "Statement, again"


def test_while_it_is_mended_others_read_what_was_submitted(
    as_alice: Client, benchmark: Benchmark, rosa: User
) -> None:
    as_alice.post(address(benchmark), typed("The first words."))
    update = only_update()
    workflow.request_changes(update, rosa, "Which delegation?")
    as_alice.post(f"/updates/{update.pk}/keep/", typed("Half a sentence"))
    update.refresh_from_db()
    assert update.narrative == "The first words."
    assert (
        as_alice.get(f"/updates/{update.pk}/edit/").context["form"]["narrative"].value() == "Half a sentence"
    )


def test_the_form_costs_a_fixed_number_of_queries(
    as_alice: Client, benchmark: Benchmark, alice: User, django_assert_max_num_queries: Any
) -> None:
    for _ in range(5):
        make_letter(alice)
        make_update(alice, benchmark)
    with django_assert_max_num_queries(15):
        as_alice.get(address(benchmark))


def test_each_step_leaves_one_change(as_alice: Client, benchmark: Benchmark) -> None:
    before = Change.objects.head()
    keep(as_alice, benchmark, words := typed())
    for number in range(3):
        keep(as_alice, benchmark, words | {"narrative": f"More, {number}"})
    as_alice.post(address(benchmark), words)
    assert before is not None
    kinds = Change.objects.filter(no__gt=before.no).order_by("no").values_list("kind", flat=True)
    assert list(kinds) == ["update_drafted", "update_submitted"]


def test_a_benchmark_whose_criterion_changed_meanwhile_is_judged_by_the_new_one(
    as_alice: Client, benchmark: Benchmark, rosa: User
) -> None:
    said = keep(as_alice, benchmark, words := typed())
    day = date(2023, 1, 1)
    lifecycle.revise_criterion(benchmark, text="More.", effective_on=day, reason="Clearer.", by=rosa)
    as_alice.post(said["edit"], words | {"version": said["version"]})
    criterion = only_update().criterion
    assert criterion is not None
    assert criterion.number == 2


@pytest.mark.promise("A2")
def test_opening_an_update_opens_no_evidence_by_itself(
    as_alice: Client, benchmark: Benchmark, rosa: User
) -> None:
    sent = typed(audience="restricted", readers=[rosa.pk]) | link(is_restricted="on")
    as_alice.post(address(benchmark), sent)
    update = only_update()
    workflow.request_changes(update, rosa, "May all see it?")
    page = as_alice.get(f"/updates/{update.pk}/edit/")
    assert [row["is_restricted"].value() for row in page.context["form"].evidence] == [True]
    shown = {name: values[0] for name, values in page.context["form"].data.lists() if values}
    as_alice.post(f"/updates/{update.pk}/edit/", shown | {"audience": "internal", "readers": rosa.pk})
    assert (only_update().audience, Evidence.objects.get().audience) == ("internal", "restricted")


def test_a_narrative_has_a_limit_that_is_said_and_too_long_a_one_stays_a_draft(
    as_alice: Client, benchmark: Benchmark
) -> None:
    assert "At most 20,000 characters." in as_alice.get(address(benchmark)).content.decode()
    too_long = "a" * 19_990 + "\r\n" * 11
    page = as_alice.post(address(benchmark), typed(too_long + "b") | {"action": "submit"})
    assert "Use at most 20000 characters; it has 20002." in errors(page)
    assert page.context["form"]["narrative"].value() == too_long + "b"
    draft = ProgressUpdate.objects.get()
    assert (draft.state, draft.working_copies.get().words["narrative"]) == ("draft", [too_long + "b"])
    as_alice.post(address(benchmark), typed("a" * 19_990 + "\r\n" * 9 + "b") | {"action": "submit"})
    assert len(ProgressUpdate.objects.get(state="submitted").narrative) == 20_000


def test_too_long_a_narrative_is_refused_wherever_it_comes_from(alice: User, benchmark: Benchmark) -> None:
    with pytest.raises(ValidationError, match="At most 20000 characters"):
        make_update(alice, benchmark, narrative="a" * 20_001)
