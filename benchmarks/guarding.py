"""Prove that what keeps the history is in place: triggers, the functions they call, and privileges.

Like `benchmarks.verify`, this only reads; each finding is one sentence that names what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection

from benchmarks.models.guards import Guard
from benchmarks.privileges import unchangeable_tables

# What the functions of migrations 0001 and 0014 are known by: sha256 over their text and settings.
FUNCTIONS = {
    "benchmarks_check_continues_chain": "5a76ac622d29c3c282f8540cb5e3c6d0948b89871245c0672de7fd6976a354c6",
    "benchmarks_check_correction": "821edb00dc3bb384fee2f2e8f280e436aae62185cd2a366c75ba033be90fbc11",
    "benchmarks_check_evidence": "71afe64e3dfecbb205355cc11ac067588d0b272675269ebea09cd2a21802baaa",
    "benchmarks_check_made_by_new_change": "656ef8db8fed3009d1bf99bb93f20eea0cb1d721cb04d143e3ef4c2fca0029ba",
    "benchmarks_check_status_event": "ac066c007525ebc6c746c344fc719001681ba661934d2ad1b11cc4796ec2d80c",
    "benchmarks_check_update": "1e95cf414f5f5b23c60f8acd4e234239e27adb2d9e96edfb4ca85e5c3d9fce48",
    "benchmarks_refuse_all_but_erasure": "26fd7bd54754cdae751c6addc403d82f8310ec2d1bfc2e9784f754214aad7b44",
    "benchmarks_refuse_rewrite": "2218f0671c8f2c59908d1a95f5f0571cd9f5f155d4c9e7c9031b814f43aa5eb7",
}

REWRITING = ("UPDATE", "DELETE", "TRUNCATE")


def findings() -> Iterator[str]:
    """Every guard that is missing, switched off, another than ours, or too many."""
    yield from _triggers()
    yield from _rules()
    yield from _functions()
    yield from _privileges()


def _triggers() -> Iterator[str]:
    """The triggers of guarded tables: each there, as we made it, and switched on; and no other."""
    ours = {(model._meta.db_table, trigger.get_pgid(model)): (model, trigger) for model, trigger in guards()}
    found = {
        (table, name): (enabled, text)
        for table, name, enabled, text in _asked(
            "SELECT c.relname, t.tgname, t.tgenabled, pg_get_triggerdef(t.oid, true) "
            "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE c.oid = ANY(%s::regclass[]) AND NOT t.tgisinternal",
            _qualified({table for table, _name in ours}),
        )
    }
    for (table, name), (model, trigger) in sorted(ours.items(), key=lambda each: each[0]):
        enabled, text = found.get((table, name), ("", ""))
        if not enabled:
            yield f"the trigger {name} on {table} is missing"
        elif enabled not in {"O", "A"}:
            yield f"the trigger {name} on {table} is switched off"
        elif text != trigger.definition(model):
            yield f"the trigger {name} on {table} is not the one we made"
    for table, name in sorted(found.keys() - ours.keys()):
        yield f"the trigger {name} on {table} is none of ours"


def guards() -> Iterator[tuple[Any, Guard]]:
    """Each model with each of its guarding triggers."""
    for model in apps.get_app_config("benchmarks").get_models():
        for trigger in getattr(model._meta, "triggers", []):
            if isinstance(trigger, Guard):
                yield model, trigger


def _rules() -> Iterator[str]:
    """Rules, which would turn one statement into another; there are none of ours."""
    for table, name in _asked(
        "SELECT c.relname, r.rulename FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
        "WHERE c.oid = ANY(%s::regclass[]) ORDER BY 1, 2",
        _qualified({model._meta.db_table for model, _trigger in guards()}),
    ):
        yield f"the rule {name} on {table} is none of ours"


def _functions() -> Iterator[str]:
    """The functions that the triggers call, by what they do and with which search path."""
    found = dict(
        _asked(
            "SELECT proname, encode(sha256(convert_to(concat(prosrc, proconfig), 'UTF8')), 'hex') "
            "FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND pronargs = 0 AND proname = ANY(%s)",
            sorted(FUNCTIONS),
        )
    )
    for name in sorted(FUNCTIONS):
        if found.get(name) != FUNCTIONS[name]:
            yield f"the function {name}, which triggers call, is not the one we made"


def _privileges() -> Iterator[str]:
    """Privileges to rewrite history which anybody but the owner has, on a table or one of its columns."""
    for table, role, privilege in _asked(
        "SELECT c.relname, coalesce(r.rolname, 'everybody'), a.privilege_type FROM pg_class c "
        "CROSS JOIN LATERAL (SELECT * FROM aclexplode(c.relacl) UNION SELECT e.* FROM pg_attribute t "
        "  CROSS JOIN LATERAL aclexplode(t.attacl) e WHERE t.attrelid = c.oid) a "
        "LEFT JOIN pg_roles r ON r.oid = a.grantee "
        "WHERE c.oid = ANY(%s::regclass[]) AND a.grantee <> c.relowner AND a.privilege_type = ANY(%s) "
        "ORDER BY 1, 2, 3",
        _qualified(set(unchangeable_tables())),
        list(REWRITING),
    ):
        yield f"{role} has the privilege {privilege} on {table}, which only its owner may have"


def _qualified(tables: set[str]) -> list[str]:
    return [f"public.{table}" for table in sorted(tables)]


def _asked(query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
