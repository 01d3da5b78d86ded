"""Lists as files: CSV and XLSX of what a list shows, in which no cell can be taken for a formula."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from io import StringIO
from typing import IO, TYPE_CHECKING

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from benchmarks.tables import BenchmarkTable

Cell = str | date
Row = list[Cell]

CHUNK = 500  # rows that are held at once
LONGEST_CELL = 32_767  # characters; a spreadsheet holds no more
XLSX = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}
# What spreadsheets take for the start of a formula, full-width and small forms included. It counts also where
# only blanks stand before it, and after what some programs take for the end of a cell.
SIGNS = r"=+\-@−＝＋－＠﹦﹢﹣﹫"
BLANKS = r"\s\x00-\x20\u200b-\u200f\u2060\ufeff"
STARTS = re.compile(rf"[\t\r\n]|[{BLANKS}]*[{SIGNS}]")
WITHIN = re.compile(rf"([;\t\r\n][{BLANKS}]*)(?=[{SIGNS}])")


def lines(table: BenchmarkTable, absolute: Callable[[str], str]) -> Iterator[Row]:
    """The headings and then every row of a list, not of one page only: its columns, and the row's address.

    `absolute` makes an address of a path.
    """
    yield [*(str(table.columns[name].header) for name in table.shown), _("Link")]
    for benchmark in table.ordered.iterator(chunk_size=CHUNK):
        link = absolute(benchmark.get_absolute_url())
        yield [*(table.value(name, benchmark) for name in table.shown), link]


def file_name(ending: str) -> str:
    return f"benchmarks-{timezone.localdate():%Y-%m-%d}.{ending}"


def harmless(text: str) -> str:
    """The text, with an apostrophe before whatever a spreadsheet would take for a formula."""
    text = WITHIN.sub(r"\1'", text)
    return f"'{text}" if STARTS.match(text) else text


def as_csv(rows: Iterable[Row]) -> Iterator[bytes]:
    """CSV in UTF-8, with the mark by which spreadsheets know it, some hundred rows at a time."""
    written = StringIO("\ufeff")
    written.seek(0, 2)
    writer = csv.writer(written)
    for number, row in enumerate(rows, 1):
        writer.writerow([harmless(str(cell)) for cell in row])
        if number % CHUNK == 0:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()


def as_xlsx(rows: Iterable[Row]) -> IO[bytes]:
    """A workbook with one sheet, in a temporary file that is gone once it is closed.

    Words are written as words, whatever they begin with; days as days. The sheet is never held whole.
    """
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever reads it closes it
    book = xlsxwriter.Workbook(file, XLSX)
    sheet = book.add_worksheet(_("Benchmarks"))
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for number, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write_datetime(number, place, cell)
            else:
                sheet.write_string(number, place, cell[:LONGEST_CELL], None if number else bold)
    book.close()
    file.seek(0)
    return file
