"""`make check`: everything one can know without running the product. A failure does not stop the rest."""

import os
import secrets
import subprocess
import sys
from pathlib import Path

from tracker.install import CLONE, say

PYTHON = sys.executable
TEMPLATES = CLONE / "templates"

# A production start as README tells it; nothing answers at these addresses and nothing asks there.
PRODUCTION = {
    "TRACKER_ENV": "production",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "tracker.example.org",
    "DATABASE_URL": "postgresql://runtime@127.0.0.1:1/tracker",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "smtp://127.0.0.1:1",
}


def commands() -> dict[str, list[str | Path]]:
    """Name each check and its command."""
    templates: list[str | Path] = [*sorted(TEMPLATES.rglob("*.html"))]
    manage: list[str | Path] = [PYTHON, "manage.py"]
    return {
        "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
        "lint": [PYTHON, "-m", "ruff", "check", "."],
        "types": [PYTHON, "-m", "mypy"],
        "templates, djlint": [PYTHON, "-m", "djlint", "--lint", "--quiet", TEMPLATES],
        "templates, djade": [
            Path(PYTHON).with_name("djade"),
            "--check",
            "--target-version",
            "5.2",
            *templates,
        ],
        "imports run one way": [PYTHON, "-m", "pytest", "-n0", "-q", "tests/test_import_direction.py"],
        # It warns that no database answers, and needs none.
        "no migration is missing": [
            PYTHON,
            "-W",
            "ignore",
            "manage.py",
            "makemigrations",
            "--check",
            "--dry-run",
        ],
        "production is safe": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }


def main() -> int:
    """Run every check; status 1 where one failed."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    failed = []
    for name, command in commands().items():
        say(f"── {name}")
        environment = inherited if "pytest" in command else inherited | PRODUCTION
        if subprocess.run(command, cwd=CLONE, env=environment, check=False).returncode:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All is well.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
