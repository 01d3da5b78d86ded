"""The triggers of append-only tables. The functions they call are made by migration 0001."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.db import models


class Guard(pgtrigger.Trigger):
    """A trigger that calls a function our migrations define.

    pgtrigger's own functions step aside when a session sets `pgtrigger.ignore`; what guards history
    must not, so the trigger executes our function instead of the generated one.
    """

    calls: str = ""
    fires: str = ""

    def definition(self, model: Any) -> str:
        """The trigger as PostgreSQL prints it: what `verify_history` expects to find."""
        called = f"{self.get_pgid(model)} BEFORE {self.fires} ON {model._meta.db_table}"
        return f"CREATE TRIGGER {called} FOR EACH {self.level} EXECUTE FUNCTION {self.calls}()"

    def render_execute(self, model: models.Model) -> str:
        return f"{self.calls}()"

    def get_func(self, model: models.Model) -> str:
        return "RETURN NULL;"


class RefuseRewrite(Guard):
    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete
    fires = "DELETE OR UPDATE"
    calls = "benchmarks_refuse_rewrite"


class RefuseAllButErasure(RefuseRewrite):
    calls = "benchmarks_refuse_all_but_erasure"


class RefuseTruncate(Guard):
    when = pgtrigger.Before
    level = pgtrigger.Statement
    operation = pgtrigger.Truncate
    fires = "TRUNCATE"
    calls = "benchmarks_refuse_rewrite"


class CheckWrite(Guard):
    """Runs one of our functions on every row as it is added or changed."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert | pgtrigger.Update
    fires = "INSERT OR UPDATE"

    def __init__(self, *, name: str, calls: str) -> None:
        self.calls = calls
        super().__init__(name=name)


class CheckChange(Guard):
    """Runs one of our functions on every row as it is changed or removed."""

    when = pgtrigger.Before
    operation = pgtrigger.Update | pgtrigger.Delete
    fires = "DELETE OR UPDATE"

    def __init__(self, *, name: str, calls: str) -> None:
        self.calls = calls
        super().__init__(name=name)


class CheckInsert(Guard):
    """Runs one of our functions on every new row."""

    when = pgtrigger.Before
    operation = pgtrigger.Insert
    fires = "INSERT"

    def __init__(self, *, name: str, calls: str) -> None:
        self.calls = calls
        super().__init__(name=name)
