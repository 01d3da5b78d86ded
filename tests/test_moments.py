"""How long ago something happened, as the pages say it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from benchmarks.templatetags.moments import lasting, moment_ago


@pytest.mark.parametrize(
    ("since", "length", "ago"),
    [
        (timedelta(seconds=20), "less than a minute", "just now"),
        (timedelta(seconds=61), "1 minute", "1 minute ago"),
        (timedelta(minutes=59), "59 minutes", "59 minutes ago"),
        (timedelta(minutes=61), "1 hour", "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours", "23 hours ago"),
        (timedelta(hours=25), "1 day", "1 day ago"),
        (timedelta(days=6, hours=23), "6 days", "6 days ago"),
        (timedelta(days=430), "14 months", "14 months ago"),
    ],
)
def test_time_is_told_in_the_unit_one_would_say(since: timedelta, length: str, ago: str) -> None:
    moment = timezone.now() - since
    assert (lasting(moment), moment_ago(moment)) == (length, ago)


def test_a_moment_ahead_of_this_clock_is_now() -> None:
    assert moment_ago(timezone.now() + timedelta(seconds=5)) == "just now"
