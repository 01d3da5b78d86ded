"""The first few rows of a list, with how many it has in all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

FEW = 5


@dataclass(frozen=True)
class Listed(Generic[T]):
    rows: list[T]
    count: int

    @property
    def has_more(self) -> bool:
        return self.count > len(self.rows)

    def __bool__(self) -> bool:
        return self.count > 0
