"""An update on its way into history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from accounts.permissions import NotAllowed
from benchmarks import events, workflow
from benchmarks.models import Evidence, ProgressUpdate, StaleReview
from tests.make import make_benchmark, make_event, make_line, make_link, make_update


@pytest.mark.promise("H3")
def test_the_author_never_decides_on_an_own_update(rosa: User) -> None:
    update = make_update(rosa, make_benchmark(rosa), proposed_rating="met")
    with pytest.raises(NotAllowed):
        workflow.approve(update, rosa, "Because.")


def test_an_approved_update_is_not_approved_again(alice: User, rosa: User, omar: User) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met")
    with pytest.raises(StaleReview):
        workflow.approve(line.update, omar, "Because.")


def test_an_update_that_proposes_nothing_is_approved_without_a_line(alice: User, rosa: User) -> None:
    benchmark = make_benchmark(alice)
    update = make_update(alice, benchmark)
    assert workflow.approve(update, rosa, "Good to know.") is None
    update.refresh_from_db()
    assert update.state == "approved"
    assert benchmark.status_events.count() == 0


@pytest.mark.promise("H2")
def test_a_backdated_line_changes_the_past_and_not_today(alice: User, rosa: User) -> None:
    benchmark = make_benchmark(alice)
    make_line(benchmark, alice, rosa, "initial", on=date(2020, 1, 1))
    make_line(benchmark, alice, rosa, "regression", on=date(2010, 1, 1))
    benchmark.refresh_from_db()
    assert (benchmark.rating, benchmark.rated_on) == ("initial", date(2020, 1, 1))


def test_the_reason_of_a_line_is_kept_where_it_can_be_erased_and_nowhere_else(
    alice: User, rosa: User
) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met", reason="A source said so in Lhasa.")
    assert str(line.reason) == "A source said so in Lhasa."
    line.update.refresh_from_db()
    assert line.update.review_note == ""


def test_what_lies_in_the_future_is_not_submitted(alice: User) -> None:
    tomorrow = timezone.now().date() + timedelta(days=1)
    with pytest.raises(ValidationError, match="future"):
        make_update(alice, make_benchmark(alice), happened_on=tomorrow, proposed_rating="met")
    assert not ProgressUpdate.objects.filter(state="submitted").exists()


def test_a_correction_says_what_should_stand_instead(alice: User, rosa: User) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met")
    with pytest.raises(ValidationError, match="instead"):
        workflow.propose_correction(line, by=alice, narrative="It was wrong.")


def test_a_withdrawal_is_not_withdrawn(alice: User, rosa: User, omar: User) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met")
    withdrawal = workflow.approve(workflow.propose_withdrawal(line, by=alice, reason="Wrong."), rosa, "Yes.")
    assert withdrawal is not None
    with pytest.raises(ValidationError, match="withdrawal"):
        workflow.propose_withdrawal(withdrawal, by=alice, reason="Right after all.")


@pytest.mark.promise("H3")
def test_who_may_not_see_a_restricted_update_is_told_nothing_of_it(alice: User, rosa: User) -> None:
    update = make_update(alice, make_benchmark(alice), audience="restricted")
    with pytest.raises(ProgressUpdate.DoesNotExist):
        workflow.approve(update, rosa, "Because.")


def test_an_update_belongs_to_an_agenda_item_of_its_own_benchmark(alice: User) -> None:
    item = events.put_on_agenda(make_event(alice), make_benchmark(alice), ask="Do it.", by=alice)
    with pytest.raises(ValidationError, match="another benchmark"):
        make_update(alice, make_benchmark(alice), agenda_item=item)


@pytest.mark.promise("H1")
@pytest.mark.parametrize(
    "edit",
    [
        {"author_id": F("reviewer_id")},
        {"state": "draft", "reviewer": None, "decided_at": None},
        {"proposed_rating": "regression"},
        {"happened_on": date(2001, 1, 1)},
        {"narrative": "Something else happened."},
    ],
    ids=lambda edit: next(iter(edit)),
)
def test_an_approved_update_stays_as_it_was_approved(alice: User, rosa: User, edit: dict[str, Any]) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met")
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressUpdate.objects.filter(pk=line.update_id).update(**edit)


@pytest.mark.promise("H1")
def test_an_approved_update_keeps_the_event_it_names(alice: User, rosa: User) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met", event=make_event(alice))
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressUpdate.objects.filter(pk=line.update_id).update(event=make_event(alice))


def test_an_update_is_at_an_agenda_item_or_an_event_and_not_at_both(alice: User) -> None:
    benchmark, event = make_benchmark(alice), make_event(alice)
    item = events.put_on_agenda(event, benchmark, ask="Do it.", by=alice)
    with pytest.raises(ValidationError, match="not both"):
        make_update(alice, benchmark, agenda_item=item, event=event)
    update = make_update(alice, benchmark, agenda_item=item)
    with pytest.raises(IntegrityError), transaction.atomic():
        ProgressUpdate.objects.filter(pk=update.pk).update(event=event)


@pytest.mark.promise("H1")
def test_the_evidence_of_an_approved_update_stays(alice: User, rosa: User) -> None:
    make_line(make_benchmark(alice), alice, rosa, "met", evidence=[make_link()])
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.update(title="Another statement")
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.all().delete()
    assert Evidence.objects.update(audience="restricted") == 1


def test_the_words_of_an_approved_update_may_be_emptied_for_the_sake_of_a_source(
    alice: User, rosa: User
) -> None:
    line = make_line(make_benchmark(alice), alice, rosa, "met")
    assert ProgressUpdate.objects.filter(pk=line.update_id).update(narrative="") == 1
