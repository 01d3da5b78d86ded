"""The status history on a benchmark's page: what each line says, and what one may do with it."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from benchmarks import hiding, lifecycle, workflow
from benchmarks.models import Benchmark
from tests.make import make_benchmark, make_letter, make_line, make_link, make_organisation, make_update
from tests.pages import marks, words


@pytest.fixture
def reader(client: Client, victor: User) -> Client:
    client.force_login(victor)
    return client


@pytest.fixture
def benchmark(alice: User) -> Benchmark:
    return make_benchmark(alice, criterion="The EU publishes benchmarks.")


def test_a_line_says_what_it_changed_why_and_by_whom(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    council = make_organisation(alice, name="The other Council")
    position = {"proposed_position": "noted", "addressee": council}
    make_line(benchmark, alice, rosa, "initial", on=date(2001, 1, 1), reason="A first step.", **position)
    make_line(benchmark, alice, rosa, "initial", on=date(2002, 1, 1), reason="As before.")
    make_line(benchmark, alice, rosa, "regression", on=date(2003, 1, 1), reason="Undone.")
    page = words(reader, benchmark)
    history = page[page.index("Status history") :]
    recorded = timezone.localdate().strftime("%-d %B %Y")
    assert re.search(r"1 January 2003 Regression from initial steps Undone\.", history)
    assert re.search(r"1 January 2002 Initial steps confirmed, unchanged As before\.", history)
    assert re.search(
        r"1 January 2001 Initial steps from not yet assessed "
        r"Position of The other Council : noted from not stated A first step\.",
        history,
    )
    assert re.search(rf"recorded {recorded}, decided by Rosa , update \d+ by Alice", history)


def test_a_date_known_in_part_is_printed_as_written(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, on=date(2000, 9, 1), happened_on_precision="month")
    assert re.search(r"Status history September 2000 No progress", words(reader, benchmark))
    page = reader.get(benchmark.get_absolute_url()).content.decode()
    assert 'title="assessed September 2000,' in page


def test_a_backdated_line_changes_what_came_after_it(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, "met", on=date(2010, 1, 1))
    make_line(benchmark, alice, rosa, "initial", on=date(2005, 1, 1))
    assert marks(reader, benchmark).startswith("Met")
    page = words(reader, benchmark)
    assert "1 January 2010 Met from initial steps" in page
    assert "1 January 2005 Initial steps from not yet assessed" in page


def test_a_withdrawn_line_is_marked_and_counts_no_more(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User, omar: User
) -> None:
    make_line(benchmark, alice, rosa, "initial", on=date(2001, 1, 1))
    line = make_line(benchmark, alice, rosa, "met", on=date(2002, 1, 1), reason="Too early.")
    withdrawal = workflow.propose_withdrawal(line, by=alice, reason="It was a rumour.")
    workflow.approve(withdrawal, omar, "Confirmed: a rumour.")
    assert marks(reader, benchmark).startswith("Initial steps")
    page = words(reader, benchmark)
    assert "withdrawn It does not count any more: decided by Omar" in page
    assert "withdrawal takes back the line of 1 January 2002 Confirmed: a rumour." in page
    assert "Met from" not in page
    source = reader.get(benchmark.get_absolute_url()).content.decode()
    assert re.findall(r'class="entry line( void)?" id="line-(\d+)"', source)[1] == (" void", str(line.pk))
    assert source.count("entry line void") == 1


def test_a_corrected_line_points_to_what_stands_instead(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    line = make_line(benchmark, alice, rosa, "met", on=date(2002, 1, 1))
    correction = workflow.propose_correction(line, by=alice, narrative="Misread.", proposed_rating="initial")
    workflow.approve(correction, rosa, "Read again.")
    page = words(reader, benchmark)
    assert "corrected It does not count any more: decided by Rosa" in page
    assert "correction replaces the line of 1 January 2002 Initial steps from not yet assessed" in page


def test_positions_that_differ_are_told_one_by_one(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    for name, position in (("Council A", "noted"), ("Council B", "rejected")):
        who = make_organisation(alice, name=name)
        make_line(benchmark, alice, rosa, None, proposed_position=position, addressee=who)
    assert "Position: differs" in marks(reader, benchmark)
    assert "Positions Council A noted Council B rejected" in words(reader, benchmark)


def test_evidence_of_each_kind_leads_to_what_it_is(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    letter = make_letter(alice, slug="source")
    pieces = [
        make_link(
            publisher="The Herald", published_on=date(2024, 5, 1), archived_url="https://example.org/a"
        ),
        make_link(kind="letter", url="", letter=letter, title="The letter", locator="paragraph 3"),
    ]
    make_line(benchmark, alice, rosa, evidence=pieces)
    page = words(reader, benchmark)
    assert "Evidence (2):" in page
    assert "A statement , The Herald, 1 May 2024, archived copy" in page
    assert "The letter , paragraph 3" in page
    source = reader.get(benchmark.get_absolute_url()).content.decode()
    assert 'href="https://example.org/statement"' in source
    assert 'href="/letters/source/"' in source


def test_a_line_judged_by_an_older_criterion_says_so(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    make_line(benchmark, alice, rosa, on=date(2001, 1, 1))
    lifecycle.revise_criterion(
        benchmark, text="Something stricter.", effective_on=date(2010, 1, 1), reason="Too mild.", by=alice
    )
    page = words(reader, benchmark)
    assert "judged by version 1 of the criterion" in page
    assert "Something stricter. Version 2, in force since 1 January 2010: Too mild." in page
    then = words(reader, benchmark, "?as_of=2005-01-01")
    assert "The EU publishes benchmarks." in then
    assert "Something stricter." not in then
    assert "judged by" not in then


def test_a_long_history_shows_its_newest_lines_and_folds_the_rest_up(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    for year in range(1999, 1999 + 27):
        make_line(benchmark, alice, rosa, on=date(year, 3, 1), reason=f"Seen in {year}.")
        workflow.approve(make_update(alice, benchmark, happened_on=date(year, 4, 1)), rosa, "Noted.")
    source = reader.get(benchmark.get_absolute_url()).content.decode()
    recent, *folded = source.split('<details class="earlier">')
    assert [part.count('class="entry line') for part in (recent, *folded)] == [25, 2, 0]
    assert "Seen in 2001." in recent
    assert "Seen in 2000." in folded[0]
    page = words(reader, benchmark)
    assert (
        "2 earlier lines Show them in full, with their evidence 1 March 2000 No progress Seen in 2000."
        in page
    )
    assert "2 earlier notes 1 April 2000" in page
    assert source.count('class="band assessed') == 3 * 27, "the timeline shows them all, in each width"
    assert source.count("What was logged") == 25
    source = reader.get(f"{benchmark.get_absolute_url()}?lines=all").content.decode()
    assert source.count("What was logged") == 27
    assert "earlier lines" not in source
    page = reader.get(f"{benchmark.get_absolute_url()}?as_of=2026-01-01").content.decode()
    assert 'href="?as_of=2026-01-01&amp;lines=all#line-' in page


def test_a_line_that_stands_may_be_taken_back_by_who_contributes(
    client: Client, benchmark: Benchmark, alice: User, rosa: User, victor: User
) -> None:
    line = make_line(benchmark, alice, rosa, on=date(2001, 1, 1))
    void = make_line(benchmark, alice, rosa, on=date(2002, 1, 1))
    workflow.approve(workflow.propose_withdrawal(void, by=alice, reason="No."), rosa, "No.")
    withdrawal = void.voided_by

    def offered(user: User, query: str = "") -> list[int]:
        client.force_login(user)
        page = client.get(f"{benchmark.get_absolute_url()}{query}").content.decode()
        return [int(pk) for pk in re.findall(r'href="/lines/(\d+)/withdraw/"', page)]

    assert withdrawal.kind == "withdrawal"
    assert offered(alice) == [line.pk]
    assert offered(rosa) == [line.pk]
    assert offered(victor) == []
    assert offered(alice, "?as_of=2010-01-01") == []
    waits = workflow.propose_withdrawal(line, by=alice, reason="No.")
    assert offered(rosa) == []
    assert f"to be withdrawn by update {waits.pk}" in words(client, benchmark)


@pytest.mark.promise("A2")
def test_what_is_withheld_is_withheld_in_short_too(
    reader: Client, benchmark: Benchmark, alice: User, rosa: User
) -> None:
    lines = [
        make_line(benchmark, alice, rosa, on=date(year, 3, 1), reason=f"Seen in {year}.")
        for year in range(1999, 1999 + 27)
    ]
    hiding.hide(lines[0].update, by=alice)
    for query in ("", "?lines=all"):
        page = words(reader, benchmark, query)
        assert "Seen in 2000." in page
        assert "Seen in 1999." not in page
        assert page.count("are withheld") == 1
