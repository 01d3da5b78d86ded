"""Imports run one way: tracker, benchmarks, notifications, accounts. A module knows what is below it only."""

import ast
from pathlib import Path

import pytest

CLONE = Path(__file__).resolve().parent.parent
ORDER = ["tracker", "benchmarks", "notifications", "accounts"]
MODULES = sorted(path for package in ORDER for path in (CLONE / package).rglob("*.py"))


def imported_packages(source: str) -> set[str]:
    """Name the packages a module imports, wherever in it; a relative import stays inside its own."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.partition(".")[0])
    return found


def forbidden_to(package: str) -> set[str]:
    """Name what stands above a package, and the tests, which stand above all."""
    return {*ORDER[: ORDER.index(package)], "tests", "perf"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(CLONE)))
def test_a_module_imports_only_what_is_below_it(path: Path) -> None:
    package = path.relative_to(CLONE).parts[0]
    assert not imported_packages(path.read_text()) & forbidden_to(package)


def test_there_are_modules_to_look_at() -> None:
    assert {path.relative_to(CLONE).parts[0] for path in MODULES} >= {"tracker", "benchmarks", "accounts"}


def test_an_upward_import_is_seen_inside_a_function_too() -> None:
    assert imported_packages("def f():\n    from tracker.run import main") & forbidden_to("benchmarks") == {
        "tracker"
    }
    assert imported_packages("import accounts.models as m") & forbidden_to("benchmarks") == set()
