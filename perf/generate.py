"""Fill a database with N benchmarks and all that belongs to them: `python -m perf.generate N`.

It writes to the database that settings name, as the runtime role, after `manage.py migrate`. The same N gives
the same data in an empty database; a second run adds N more, all recorded after the first. A database which
holds anything else is refused.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

import django


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m perf.generate", description=__doc__)
    parser.add_argument("many", type=int, metavar="N", help="how many benchmarks to add")
    parser.add_argument("--seed", type=int, default=1, help="another number gives other data")
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    django.setup()
    from django.db import DatabaseError

    from perf import fill

    started = time.monotonic()
    try:
        made = fill.fill(given.many, seed=given.seed)
    except fill.NotGenerated as error:
        print(error, file=sys.stderr)
        return 1
    except DatabaseError as error:
        print(f"The database cannot be filled; was it migrated? {error}", file=sys.stderr)
        return 1
    seconds = time.monotonic() - started
    print(f"{len(made):,} benchmarks in {seconds:.0f} s; `manage.py verify_history` proves them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
