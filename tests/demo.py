"""The demonstration data, loaded once for each file of tests that asks for `demo`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from accounts.demo import ensure_demo_accounts
from benchmarks.demo import data, loader
from benchmarks.models import Recommendation

LETTER_1999 = "1999-02-advisory"
LETTER_2000 = "2000-09-open-letter"
LETTER_2022 = "2022-03-18-letter"
LETTER_2023 = "2023-06-joint-letter"
LETTER_2024 = "2024-06-12-joint-letter"
FIVE = [LETTER_1999, LETTER_2000, LETTER_2022, LETTER_2023, LETTER_2024]
MEASURABLE = "measurable-benchmarks-and-a-time-frame"
LOADED_ON = date(2026, 11, 20)


@pytest.fixture(scope="module")
def accounts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo-accounts.txt"


@pytest.fixture(scope="module")
def _loaded(django_db_setup: None, django_db_blocker: Any, accounts_file: Path) -> Iterator[None]:
    """Load once for this file, and take all of it back at the end."""
    with django_db_blocker.unblock(), transaction.atomic():
        users = ensure_demo_accounts(accounts_file).users
        loader.load(data.read(), users, today=LOADED_ON)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(_loaded: None, db: None) -> None:
    """The demonstration data is loaded."""


def asks_of(slug: str, mode: str = "asks") -> set[str]:
    asks = Recommendation.objects.filter(letter__slug=slug, mode=mode)
    return set(asks.values_list("number", flat=True))
