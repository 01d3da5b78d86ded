#!/usr/bin/env python
"""Django's command line. A few commands meet the database as its owner, all others as the runtime role."""

import os
import sys

AS_OWNER = {"migrate", "erase_text", "grant_runtime_role"}


def main() -> None:
    """Run the command named on the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
    if AS_OWNER.intersection(sys.argv[1:2]):
        os.environ["TRACKER_DATABASE_ROLE"] = "owner"
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
