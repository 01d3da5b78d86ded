"""The administration pages of the domain, one file a topic.

Administrators add and amend through the functions that everybody else goes through, so that each time a
change is recorded; reviewers look. Nobody deletes, and nobody sees what `visible_to` keeps from them.
"""

from benchmarks.admin import benchmarks, discussion, events, history, letters, organisations, persons, updates

__all__ = ["benchmarks", "discussion", "events", "history", "letters", "organisations", "persons", "updates"]
