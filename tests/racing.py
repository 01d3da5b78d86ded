"""Do several things at the same moment, each with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

Work = Callable[[], Any]


class Started(threading.Thread):
    """Does one thing with a connection of its own; `result` is what it gave or raised."""

    def __init__(self, work: Work, gate: threading.Barrier) -> None:
        super().__init__(daemon=True)
        self.work, self.gate = work, gate
        self.result: Any = None

    def run(self) -> None:
        try:
            connection.ensure_connection()  # connecting takes longer than most of what is raced here
            self.gate.wait(60)
            self.result = self.work()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test looks at it
            self.result = error
        finally:
            connection.close()


def at_once(*works: Work) -> list[Any]:
    """Do all of it at the same moment; give what each gave or raised."""
    gate = threading.Barrier(len(works))
    threads = [Started(work, gate) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
        assert not thread.is_alive()
    return [thread.result for thread in threads]


def failures(given: list[Any]) -> list[Exception]:
    """Those of the results that are errors."""
    return [one for one in given if isinstance(one, Exception)]
