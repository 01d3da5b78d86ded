"""Columns of the list pages. None of them queries: what they print is annotated or prefetched."""

from benchmarks.tables.base import RIGHT, ListTable
from benchmarks.tables.benchmarks import BenchmarkTable
from benchmarks.tables.layout import PAGE_SIZE, Layout
from benchmarks.tables.letters import LetterTable

__all__ = ["PAGE_SIZE", "RIGHT", "BenchmarkTable", "Layout", "LetterTable", "ListTable"]
