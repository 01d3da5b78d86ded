"""Filters of the list pages. The address holds their whole state."""

from benchmarks.filtersets.base import Searching, WordsField, WordsFilter
from benchmarks.filtersets.benchmarks import BenchmarkFilter
from benchmarks.filtersets.letters import LetterFilter

__all__ = ["BenchmarkFilter", "LetterFilter", "Searching", "WordsField", "WordsFilter"]
