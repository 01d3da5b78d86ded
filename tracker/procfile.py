"""Run the lines of the Procfile until one of them ends or a signal says so, and pass on what they print."""

import os
import sys

from honcho import manager
from honcho.environ import parse_procfile

from tracker.install import CLONE

# A worker finishes the task in its hands, and web the request, before honcho loses its patience.
KILL_WAIT = 30


def main() -> int:
    """Start every line in a session of its own; answer with the status of the first which failed."""
    manager.KILL_WAIT = KILL_WAIT
    programs = manager.Manager()
    for name, command in parse_procfile((CLONE / "Procfile").read_text()).processes.items():
        programs.add_process(name, command, env=dict(os.environ), cwd=str(CLONE), quiet=False)
    programs.loop()
    return int(programs.returncode or 0)


if __name__ == "__main__":
    sys.exit(main())
