"""A draft is kept as it is typed; two windows never overwrite one another; its author may go back."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Role, User
from benchmarks import succession, workflow
from benchmarks.models import Benchmark, ProgressUpdate
from tests.administration import signed_in
from tests.logging_progress import address, keep, link, typed
from tests.make import make_benchmark, make_line, make_update
from tests.pages import text_of


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, slug="access")


@pytest.fixture
def as_alice(alice: User) -> Client:
    return signed_in(alice)


def only_update() -> ProgressUpdate:
    return ProgressUpdate.objects.get()


def test_a_form_never_submitted_is_kept(as_alice: Client, benchmark: Benchmark, abel: User) -> None:
    said = keep(as_alice, benchmark, typed("Half a sent"))
    update = only_update()
    assert (update.state, update.working_copies.get().words["narrative"]) == ("draft", ["Half a sent"])
    assert said["edit"] == f"/updates/{update.pk}/edit/"
    page = as_alice.get(said["edit"])
    assert page.context["form"]["narrative"].value() == "Half a sent"
    assert "Half a sent" in page.content.decode()
    assert signed_in(abel).get(said["edit"]).status_code == 404


def test_what_is_typed_wrongly_is_kept_as_it_was_typed(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed(happened_on="some day in may", narrative=""))
    page = as_alice.get(said["edit"])
    assert page.context["form"]["happened_on"].value() == "some day in may"
    assert "form-errors" not in page.content.decode()


def test_a_lost_answer_makes_no_second_draft(as_alice: Client, benchmark: Benchmark) -> None:
    window = str(uuid4())
    keep(as_alice, benchmark, typed("One", window=window))
    said = keep(as_alice, benchmark, typed("One two", window=window))
    assert said["version"] == 2
    assert only_update().working_copies.get().words["narrative"] == ["One two"]


@pytest.mark.promise("H4")
def test_the_second_window_is_shown_both_texts(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed("Begun."))
    here, there = (str(uuid4()) for _ in range(2))
    first = as_alice.post(said["keep"], typed("Theirs.", window=there, version=said["version"]))
    assert first.status_code == 200
    late = as_alice.post(said["keep"], typed("Mine.", window=here, version=said["version"]))
    assert late.status_code == 409
    told = re.sub("<[^>]+>", " ", late.json()["conflict"])
    assert "Theirs." in told
    assert "Mine." in told
    copies = {copy.is_aside: copy.words["narrative"] for copy in only_update().working_copies.all()}
    assert copies == {False: ["Theirs."], True: ["Mine."]}
    kept = as_alice.post(said["keep"], typed("Mine.", window=here, version=late.json()["version"]))
    assert kept.status_code == 200
    assert [copy.words["narrative"] for copy in only_update().working_copies.all()] == [["Mine."]]


@pytest.mark.promise("H4")
def test_the_second_window_is_told_without_a_script_too(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed("Begun."))
    as_alice.post(said["keep"], typed("Theirs.", version=said["version"]))
    sent = typed("Mine.", version=said["version"])
    page = as_alice.post(said["edit"], sent)
    assert page.status_code == 409
    assert "Theirs." in text_of(page)
    assert page.context["form"]["narrative"].value() == "Mine."
    assert only_update().state == "draft"
    again = as_alice.post(said["edit"], sent | {"version": page.context["version"]})
    assert again["Location"] == benchmark.get_absolute_url()
    assert (only_update().state, only_update().narrative) == ("submitted", "Mine.")


@pytest.mark.promise("H4")
def test_a_text_put_aside_is_found_again(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed("Begun."))
    as_alice.post(said["keep"], typed("Theirs.", version=said["version"]))
    as_alice.post(said["keep"], typed("Mine.", version=said["version"]))
    page = as_alice.get(said["edit"])
    assert page.context["form"]["narrative"].value() == "Theirs."
    assert "was put aside" in text_of(page)
    assert "Mine." in text_of(page)
    aside = only_update().working_copies.get(is_aside=True)
    other = as_alice.get(said["edit"], {"copy": aside.pk})
    assert other.context["form"]["narrative"].value() == "Mine."
    sent = typed("Mine.", version=other.context["version"], copy=aside.pk)
    assert as_alice.post(said["keep"], sent).status_code == 200
    assert [copy.words["narrative"] for copy in only_update().working_copies.all()] == [["Mine."]]


def test_a_text_put_aside_is_thrown_away(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed("Begun."))
    as_alice.post(said["keep"], typed("Theirs.", version=said["version"]))
    as_alice.post(said["keep"], typed("Mine.", version=said["version"]))
    aside = only_update().working_copies.get(is_aside=True)
    assert as_alice.post(said["edit"], {"drop": aside.pk})["Location"] == said["edit"]
    assert only_update().working_copies.get().words["narrative"] == ["Theirs."]


def test_words_of_one_person_are_not_kept_for_another(
    as_alice: Client, benchmark: Benchmark, alice: User, abel: User
) -> None:
    sent = typed("Alice's words.", author=alice.pk)
    answer = signed_in(abel).post(address(benchmark, "log/keep/"), sent)
    assert (answer.status_code, answer.json()["wrong"]) == (409, "other")
    page = signed_in(abel).post(address(benchmark), sent)
    assert page.status_code == 409
    assert not ProgressUpdate.objects.exists()


def test_who_is_signed_out_is_sent_to_sign_in(client: Client, benchmark: Benchmark) -> None:
    assert client.post(address(benchmark, "log/keep/"), typed())["Location"].startswith("/accounts/login/")


def test_what_was_submitted_in_one_window_is_not_edited_in_another(
    as_alice: Client, benchmark: Benchmark
) -> None:
    said = keep(as_alice, benchmark, words := typed("Begun."))
    as_alice.post(said["edit"], words | {"version": said["version"]})
    late = as_alice.post(said["keep"], words | {"narrative": "More."})
    assert late.status_code == 409
    assert "submitted meanwhile" in late.json()["wrong"]
    page = as_alice.post(said["edit"], words | {"narrative": "More."})
    assert page.status_code == 409
    assert "More." in text_of(page)
    assert only_update().narrative == "Begun."


def test_too_much_is_refused_with_a_word(as_alice: Client, benchmark: Benchmark) -> None:
    answer = as_alice.post(address(benchmark, "log/keep/"), typed("x" * 200_001))
    assert answer.status_code == 400
    assert "more than a draft can hold" in answer.json()["wrong"]
    page = as_alice.post(address(benchmark), typed("x" * 200_001))
    assert page.status_code == 400
    assert "x" * 200_001 in page.content.decode()


def test_a_draft_is_thrown_away_and_brought_back(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed("Half a sentence"))
    here = f"/updates/{only_update().pk}"
    assert as_alice.post(f"{here}/discard/")["Location"] == benchmark.get_absolute_url()
    page = as_alice.get(benchmark.get_absolute_url())
    assert f'action="{here}/restore/"' in page.content.decode()
    assert as_alice.get(said["edit"]).status_code == 404
    assert as_alice.post(f"{here}/restore/")["Location"] == said["edit"]
    assert as_alice.get(said["edit"]).context["form"]["narrative"].value() == "Half a sentence"


def test_an_update_is_withdrawn_and_reopened(as_alice: Client, benchmark: Benchmark, alice: User) -> None:
    update = make_update(alice, benchmark, narrative="As submitted.")
    here = f"/updates/{update.pk}"
    assert as_alice.post(f"{here}/withdraw/").status_code == 302
    assert as_alice.post(f"{here}/withdraw/").status_code == 302, "a second click is told, and does nothing"
    assert only_update().state == "withdrawn"
    assert as_alice.post(f"{here}/reopen/")["Location"] == f"{here}/edit/"
    assert only_update().state == "draft"
    assert as_alice.get(f"{here}/edit/").context["form"]["narrative"].value() == "As submitted."


@pytest.mark.parametrize("step", ["discard", "withdraw", "reopen", "restore", "edit", "keep", "files"])
def test_nobody_else_takes_a_step(benchmark: Benchmark, alice: User, abel: User, step: str) -> None:
    update = make_update(alice, benchmark)
    answer = signed_in(abel).post(f"/updates/{update.pk}/{step}/", typed())
    assert answer.status_code in {403, 404}
    update.refresh_from_db()
    assert (update.state, update.discarded_at, update.author) == ("submitted", None, alice)


def test_a_draft_of_this_benchmark_is_offered(as_alice: Client, benchmark: Benchmark) -> None:
    said = keep(as_alice, benchmark, typed("Half a sentence"))
    assert f'href="{said["edit"]}"' in as_alice.get(address(benchmark)).content.decode()


def test_in_place_it_is_the_form_alone(as_alice: Client, benchmark: Benchmark) -> None:
    page = as_alice.get(address(benchmark), headers={"HX-Request": "true"})
    assert page.content.decode().strip().startswith("<form")
    assert "<html" not in page.content.decode()


def test_what_was_just_typed_is_thrown_away_and_brought_back_too(
    as_alice: Client, benchmark: Benchmark
) -> None:
    said = keep(as_alice, benchmark, words := typed("Begun."))
    here = f"/updates/{only_update().pk}"
    sent = words | {"narrative": "Begun, and a word more.", "version": said["version"]}
    as_alice.post(f"{here}/discard/", sent)
    as_alice.post(f"{here}/restore/")
    assert as_alice.get(said["edit"]).context["form"]["narrative"].value() == "Begun, and a word more."


def test_several_texts_put_aside_cost_no_more_queries(
    as_alice: Client, benchmark: Benchmark, django_assert_max_num_queries: Any
) -> None:
    said = keep(as_alice, benchmark, typed("Begun."))
    as_alice.post(said["keep"], typed("Theirs.", version=said["version"]))
    for number in range(5):
        as_alice.post(said["keep"], typed(f"Aside {number}.", version=said["version"]))
    with django_assert_max_num_queries(15):
        page = as_alice.get(said["edit"])
    assert page.content.decode().count("?copy=") == 5


def test_a_line_of_a_retired_benchmark_is_taken_back(alice: User, rosa: User, ada: User) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met")
    succession.retire(line.benchmark, reason="Overtaken.", by=ada)
    update = workflow.propose_withdrawal(line, by=alice, reason="It never was.")
    assert workflow.approve(update, rosa, "Indeed.") is not None


def test_drafts_to_go_on_with_are_told_apart(as_alice: Client, benchmark: Benchmark) -> None:
    keep(as_alice, benchmark, typed("Journalists were let in.", happened_on="2024-06"))
    keep(as_alice, benchmark, typed("A delegation was turned back.", happened_on=""))
    page = as_alice.get(address(benchmark)).content.decode()
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert re.search(r"“A delegation was turned back.” kept \d+ ", said)
    assert re.search(r"“Journalists were let in.” of 2024-06, kept \d+ ", said)


def test_blank_rows_do_not_come_back_and_the_others_keep_their_order(
    as_alice: Client, benchmark: Benchmark
) -> None:
    rows = link(1, title="First") | link(3, title="Second", kind="letter", letter="", url="", locator="III")
    said = keep(as_alice, benchmark, typed(**{"evidence-0-kind": "link", "evidence-2-kind": "letter"} | rows))
    for _time in range(2):
        form = as_alice.get(said["edit"]).context["form"]
        assert [row["title"].value() for row in form.evidence] == ["First", "Second"]
    blank = keep(as_alice, benchmark, typed(**{"evidence-0-kind": "link", "evidence-1-kind": "letter"}))
    assert [row.kind_typed for row in as_alice.get(blank["edit"]).context["form"].evidence] == ["link"]


def test_evidence_stays_in_the_order_of_the_form(as_alice: Client, benchmark: Benchmark) -> None:
    """Also where a file, taken while one typed, is older than a link above it."""
    said = keep(as_alice, benchmark, typed())
    upload = SimpleUploadedFile("note.txt", b"Words.")
    as_alice.post(said["files"], {"files": upload, "next": "1"})
    update = only_update()
    file = {"evidence-1-kind": "file", "evidence-1-id": str(update.evidence.get().pk)}
    sent = typed(version=said["version"]) | file | link(0, title="The link") | {"evidence-TOTAL_FORMS": "2"}
    as_alice.post(said["edit"], sent | {"action": "submit"})
    assert [piece.title for piece in update.evidence.all()] == ["The link", "note.txt"]


def test_who_may_not_log_any_more_is_told_so_in_words_a_script_reads(
    as_alice: Client, alice: User, benchmark: Benchmark
) -> None:
    said = keep(as_alice, benchmark, typed())
    User.objects.filter(pk=alice.pk).update(role=Role.VIEWER)
    answer = as_alice.post(said["keep"], typed("More."))
    assert answer.status_code == 403
    assert "your role is another by now" in answer.json()["wrong"]
