"""README and docs say what is so: variables, links, commands and the layout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import get_commands

CLONE = Path(__file__).resolve().parent.parent
README = (CLONE / "README.md").read_text()
ARCHITECTURE = (CLONE / "docs/architecture.md").read_text()
PAGES = [*CLONE.glob("*.md"), *(CLONE / "docs").glob("*.md")]
# What one part says to another, and no operator sets.
BETWEEN_OURSELVES = {"TRACKER_MAIL_PORT", "MAKELEVEL"}


def variables() -> set[str]:
    """The variables that settings and a local start read."""
    sources = (CLONE / "tracker/settings.py").read_text() + (CLONE / "tracker/run.py").read_text()
    reads = r'(?:env\.\w+|environ\.get)\(\s*"([A-Z_]+)"|"([A-Z_]+)" in os\.environ'
    return {one or other for one, other in re.findall(reads, sources)} - BETWEEN_OURSELVES


def test_settings_are_read_as_this_test_expects() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "TRACKER_ENV", "PORT"} <= variables()


@pytest.mark.parametrize("name", sorted(variables()))
def test_the_readme_explains_every_variable(name: str) -> None:
    rows = [line for line in README.splitlines() if line.startswith("| `")]
    assert any(f"`{name}`" in line.split("|")[1] for line in rows)


def test_the_readme_explains_no_variable_that_nothing_reads() -> None:
    rows = [line.split("|")[1] for line in README.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} == variables()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", page.read_text())
    assert [target for target in targets if "://" not in target and not (page.parent / target).exists()] == []


def test_commands_the_readme_names_are_there() -> None:
    named = set(re.findall(r"manage\.py ([a-z_]+)", README))
    assert named <= get_commands().keys()


@pytest.mark.parametrize("command", [name for name, app in get_commands().items() if app == "benchmarks"])
def test_every_command_of_ours_is_explained(command: str) -> None:
    assert f"`{command}" in README + ARCHITECTURE or f"manage.py {command}" in README


@pytest.mark.parametrize("package", ["tracker", "accounts", "benchmarks"])
def test_the_layout_names_every_module(package: str) -> None:
    layout = ARCHITECTURE.split("```")[1]
    modules = {path.name for path in (CLONE / package).glob("*.py")} - {"__init__.py", "apps.py"}
    assert {name for name in modules if not re.search(rf"\b{name.removesuffix('.py')}\b", layout)} == set()
