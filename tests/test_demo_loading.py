"""Loading the demonstration into an empty database, from sound data and from unsound; its accounts."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.demo import ensure_demo_accounts
from accounts.models import Role, User
from benchmarks.demo import data, loader
from benchmarks.models import Change, Event, Rating

LOADED_ON = date(2026, 11, 20)


@pytest.mark.django_db
def test_the_command_loads_an_empty_database_and_counts(tmp_path: Path) -> None:
    told = StringIO()
    call_command("load_demo", accounts_file=tmp_path / "accounts.txt", stdout=told)
    assert "43 benchmarks" in told.getvalue()
    assert "6 accounts" in told.getvalue()
    assert Event.objects.filter(starts_on__gt=timezone.localdate(), title__contains="placeholder").exists()


@pytest.mark.django_db
def test_in_production_it_is_loaded_only_by_those_who_say_that_they_mean_it(
    tmp_path: Path, settings: Any
) -> None:
    settings.PRODUCTION = True
    accounts = tmp_path / "accounts.txt"
    with pytest.raises(CommandError, match="--even-in-production"):
        call_command("load_demo", accounts_file=accounts, stdout=StringIO())
    assert not User.objects.exists()
    assert not accounts.exists()
    call_command("load_demo", even_in_production=True, accounts_file=accounts, stdout=StringIO())
    assert User.objects.filter(role=Role.ADMINISTRATOR).exists()


# Bad data


def changed(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the data in which one text is replaced."""
    for source in data.HERE.rglob("*.toml"):
        target = folder / source.relative_to(data.HERE)
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text()
        if target.name == name:
            assert old in text
            text = text.replace(old, new, 1)
        target.write_text(text)
    return folder


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("1999-02-advisory.toml", 'number = "III.b"', 'number = "III.a"', "“III.a”: this number stands"),
        ("1999-02-advisory.toml", 'benchmarks = ["PUB-01"]', 'benchmarks = ["X-9"]', "no benchmark “X-9”"),
        ("1999-02-advisory.toml", 'parent = "III"', 'parent = "IX"', "“III.a”: there is no number above"),
        ("1999-02-advisory.toml", 'dated = "1999-02"', 'dated = "spring"', "dated is no year, month or day"),
        ("1999-02-advisory.toml", "[letter]", "[brief]", "a table [letter] is missing"),
        ("persons.toml", 'slug = "xu-yan"', 'slug = "yu-wensheng"', "this slug stands there twice"),
        ("persons.toml", 'name = "Xu Yan"', 'nmae = "Xu Yan"', "unknown field nmae"),
        ("persons.toml", 'name = "Xu Yan"', "", "“xu-yan”: missing name"),
        ("events.toml", "ordinal = 39", 'ordinal = "39"', "“dialogue-39”: ordinal should be int"),
        ("events.toml", 'series = "eu-china-summit"', 'series = "talks"', "there is no series “talks”"),
        ("benchmarks.toml", 'themes = ["tibet", "access"]', 'themes = "tibet"', "should be a list of names"),
        ("not_held.toml", "[[letters]]", "[[letters]", "not_held.toml is not TOML"),
    ],
)
def test_unsound_data_is_refused_with_file_and_entry(
    tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    with pytest.raises(data.DemoDataError) as refused:
        data.read(changed(tmp_path, name, old, new))
    assert message in str(refused.value)
    assert name in str(refused.value)


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        (
            "organisations.toml",
            'kind = "state"',
            'kind = "planet"',
            "organisations.toml: organisations “china”",
        ),
        ("events.toml", 'state = "held"', 'state = "over"', "events.toml: events “summit-2019”"),
        ("benchmarks.toml", 'owner = "abel"', 'owner = "zoe"', "there is no account “zoe”"),
    ],
)
def test_what_the_domain_refuses_is_named_and_nothing_is_loaded(
    db: None, tmp_path: Path, name: str, old: str, new: str, message: str
) -> None:
    users = ensure_demo_accounts(tmp_path / "accounts.txt").users
    demo = data.read(changed(tmp_path / "data", name, old, new))
    with pytest.raises(data.DemoDataError, match=message):
        loader.load(demo, users, today=LOADED_ON)
    assert not Change.objects.exists()


def test_a_rating_that_is_none_is_named_too() -> None:
    entry = data.Theme(where="a file: the entry", slug="tibet", name="Tibet")
    with pytest.raises(data.DemoDataError, match="a file: the entry: 'done'"), loader.naming(entry):
        Rating("done")


# Accounts


@pytest.fixture
def signs_in(db: None) -> Callable[[Path], set[str]]:
    """Which accounts of a file can sign in with the password it holds."""

    def by_file(path: Path) -> set[str]:
        lines = [line.split() for line in path.read_text().splitlines()]
        users = {email: User.objects.get(email=email) for email, _password, _role in lines}
        assert all(users[email].role == role for email, _password, role in lines)
        return {email for email, password, _role in lines if users[email].check_password(password)}

    return by_file


def test_six_accounts_are_written_to_a_private_file(
    tmp_path: Path, signs_in: Callable[[Path], set[str]]
) -> None:
    path = tmp_path / "new" / "accounts.txt"
    ensure_demo_accounts(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(signs_in(path)) == 6
    assert set(User.objects.values_list("email", "role")) == {
        ("alice@example.org", Role.CONTRIBUTOR),
        ("abel@example.org", Role.CONTRIBUTOR),
        ("rosa@example.org", Role.REVIEWER),
        ("omar@example.org", Role.REVIEWER),
        ("ada@example.org", Role.ADMINISTRATOR),
        ("victor@example.org", Role.VIEWER),
    }
    assert all("demonstration" in user.name for user in User.objects.all())


def test_accounts_keep_their_passwords(tmp_path: Path, signs_in: Callable[[Path], set[str]]) -> None:
    path = tmp_path / "accounts.txt"
    ensure_demo_accounts(path)
    written = path.read_text()
    again = ensure_demo_accounts(path)
    assert (path.read_text(), again.made, again.without_password) == (written, [], [])


def test_a_password_nobody_wrote_down_is_said_to_be_unknown_until_new_ones_are_asked_for(
    tmp_path: Path, signs_in: Callable[[Path], set[str]]
) -> None:
    path = tmp_path / "accounts.txt"
    users = ensure_demo_accounts(path).users
    users["alice"].set_password("chosen by Alice herself")
    users["alice"].save()
    assert ensure_demo_accounts(path).without_password == ["alice"]
    assert len(signs_in(path)) == 5
    assert ensure_demo_accounts(path, new_passwords=True).without_password == []
    assert len(signs_in(path)) == 6


def test_nothing_is_loaded_where_the_accounts_cannot_be_written(db: None, tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, no directory")
    with pytest.raises(CommandError, match="Nothing was loaded"):
        call_command("load_demo", accounts_file=tmp_path / "taken" / "accounts.txt", stdout=StringIO())
    assert not User.objects.exists()
    assert not Change.objects.exists()
