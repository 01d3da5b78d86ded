"""One of several processes that write history at once. Run as `python -m tests.writers`.

It logs and approves updates on a few benchmarks until it has made so many lines. Some transactions it gives
up just before their end, and where it is told to die, it kills itself in the middle of one.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from datetime import date, timedelta
from typing import Any

import django

FIRST = date(2000, 1, 1)


class GivenUp(Exception):
    """The transaction is rolled back, on purpose."""


def main(seed: int, lines: int, dies: bool) -> None:
    from django.db import connection

    chance = random.Random(seed)
    made = 0
    while made < lines:
        try:
            made += write(chance, dies and made >= lines // 2)
        except GivenUp:
            continue
    connection.close()
    print(json.dumps({"made": made}))


def write(chance: random.Random, dies: bool) -> int:
    """One transaction of an author and a reviewer; the number of lines it added."""
    from django.core.exceptions import ValidationError
    from django.db import transaction

    from accounts.models import User
    from benchmarks import lifecycle, workflow
    from benchmarks.models import Benchmark, ProgressUpdate, StatusEvent

    author, reviewer = chance.sample(list(User.objects.filter(role="reviewer").order_by("pk")), 2)
    benchmark = chance.choice(list(Benchmark.objects.order_by("pk")))
    proposed: dict[str, Any] = {
        "happened_on": FIRST + timedelta(days=chance.randrange(3000)),
        "narrative": "Something happened.",
        "proposed_rating": chance.choice(["met", "substantial", "initial", "no_progress", "regression"]),
    }
    voided = chance.choice([None, *StatusEvent.objects.standing().filter(benchmark=benchmark)[:3]])
    if voided and voided.kind != StatusEvent.Kind.WITHDRAWAL:
        proposed |= {"kind": StatusEvent.Kind.CORRECTION, "voids": voided}
    update = ProgressUpdate(benchmark=benchmark, author=author, **proposed)
    workflow.submit(workflow.draft(update), by=author)
    if chance.random() < 0.1:
        lifecycle.revise_criterion(
            benchmark, text="Otherwise.", effective_on=proposed["happened_on"], reason="Why not.", by=author
        )
    with transaction.atomic():
        try:
            line = workflow.approve(update, reviewer, "Because.")
        except ValidationError as error:  # another process voided the same line first
            raise GivenUp from error
        if dies:
            os.kill(os.getpid(), signal.SIGKILL)
        if chance.random() < 0.2:
            raise GivenUp
    return 1 if line else 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3] == "dies")
