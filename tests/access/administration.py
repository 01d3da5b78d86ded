"""The administration: each page of each kind of thing, and of what is restricted who comes to its page.

Strangers are sent to sign in, and nobody below a reviewer learns that there is an administration.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.db import models

from benchmarks.models import (
    Change,
    Comment,
    Evidence,
    Mention,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProgressUpdate,
    ProtectedText,
)
from tests.access.declared import Row, rows
from tests.administration import ADDED, AMENDED, ONLY_LOOKED_AT

# Reviewers look at everything that they may see; administrators add and amend what is not history. A page
# that lists says nothing of what it leaves out, and nobody deletes, so that a forged POST is refused alike
# for what is there, hidden or not there.
LISTED = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET {name}_changelist
    sign-in 404     404     404     404     200     200     200 |
POST {name}_changelist
    sign-in 404     404     404     404     200     200     200 |
"""
ADDED_BY_ADA = """
GET {name}_add
    sign-in 404     404     404     404     403     403     200 |
POST {name}_add
    sign-in 404     404     404     404     403     403     200 |
"""
ADDED_BY_NOBODY = """
GET {name}_add
    sign-in 404     404     404     404     403     403     403 |
POST {name}_add
    sign-in 404     404     404     404     403     403     403 |
"""
READ = """
GET {name}_change
    sign-in 404     404     404     404     200     200     200 | open
    sign-in 404     404     404     404     404     404     404 | unknown {kept}
GET {name}_history
    sign-in 404     404     404     404     200     200     200 | open
    sign-in 404     404     404     404     404     404     404 | unknown {kept}
POST {name}_history
    sign-in 404     404     404     404     200     200     200 | open
    sign-in 404     404     404     404     404     404     404 | unknown {kept}
GET {name}_delete
    sign-in 404     404     404     404     403     403     403 | all
POST {name}_delete
    sign-in 404     404     404     404     403     403     403 | all
"""
READ_BY_OMAR = """
GET {name}_change
    sign-in 404     404     404     404     404     200     404 | read-by-omar
GET {name}_history
    sign-in 404     404     404     404     404     200     404 | read-by-omar
POST {name}_history
    sign-in 404     404     404     404     404     200     404 | read-by-omar
"""
AMENDED_BY_ADA = """
POST {name}_change
    sign-in 404     404     404     404     403     403     200 | open
    sign-in 404     404     404     404     403     403     404 | unknown {kept} {read}
"""
AMENDED_BY_NOBODY = """
POST {name}_change
    sign-in 404     404     404     404     403     403     403 | all
"""
ACCOUNTS = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET admin:accounts_user_changelist
    sign-in 404     404     404     404     403     403     200 |
POST admin:accounts_user_changelist
    sign-in 404     404     404     404     403     403     200 |
GET admin:accounts_user_add
    sign-in 404     404     404     404     403     403     200 |
POST admin:accounts_user_add
    sign-in 404     404     404     404     403     403     200 |
GET admin:accounts_user_change
    sign-in 404     404     404     404     403     403     200 | alice
    sign-in 404     404     404     404     403     403     404 | unknown
POST admin:accounts_user_change
    sign-in 404     404     404     404     403     403     200 | alice
    sign-in 404     404     404     404     403     403     404 | unknown
GET admin:accounts_user_history
    sign-in 404     404     404     404     403     403     200 | alice
    sign-in 404     404     404     404     404     404     404 | unknown
POST admin:accounts_user_history
    sign-in 404     404     404     404     403     403     200 | alice
    sign-in 404     404     404     404     404     404     404 | unknown
GET admin:accounts_user_delete
    sign-in 404     404     404     404     403     403     403 | all
POST admin:accounts_user_delete
    sign-in 404     404     404     404     403     403     403 | all
GET admin:admin_logentry_changelist
    sign-in 404     404     404     404     403     403     200 |
POST admin:admin_logentry_changelist
    sign-in 404     404     404     404     403     403     200 |
GET admin:admin_logentry_add
    sign-in 404     404     404     404     403     403     403 |
POST admin:admin_logentry_add
    sign-in 404     404     404     404     403     403     403 |
"""
PASSWORD = """
GET admin:auth_user_password_change
    sign-in 404     404     404     404     403     403     200 | alice
POST admin:auth_user_password_change
    sign-in 404     404     404     404     403     403     200 | alice
"""
LOG = """
GET admin:admin_logentry_change
    sign-in 404     404     404     404     403     403     200 | entry
    sign-in 404     404     404     404     403     403     404 | unknown
POST admin:admin_logentry_change
    sign-in 404     404     404     404     403     403     403 | all
GET admin:admin_logentry_history
    sign-in 404     404     404     404     403     403     200 | entry
    sign-in 404     404     404     404     404     404     404 | unknown
POST admin:admin_logentry_history
    sign-in 404     404     404     404     403     403     200 | entry
    sign-in 404     404     404     404     404     404     404 | unknown
GET admin:admin_logentry_delete
    sign-in 404     404     404     404     403     403     403 | all
POST admin:admin_logentry_delete
    sign-in 404     404     404     404     403     403     403 | all
"""
AROUND = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET admin:index
    admin   404     404     404     404     200     200     200 |
POST admin:index
    admin   404     404     404     404     200     200     200 |
GET admin:app_list
    admin   404     404     404     404     200     200     200 | benchmarks
    admin   404     404     404     404     404     404     200 | accounts
POST admin:app_list
    admin   404     404     404     404     200     200     200 | benchmarks
    admin   404     404     404     404     404     404     200 | accounts
GET admin:autocomplete
    admin   404     404     404     404     403     403     403 |
POST admin:autocomplete
    admin   404     404     404     404     405     405     405 |
GET admin:jsi18n
    admin   404     404     404     404     200     200     200 |
POST admin:jsi18n
    admin   404     404     404     404     405     405     405 |
GET admin:login
    sign-in 404     404     404     404     start   start   start |
POST admin:login
    sign-in 404     404     404     404     start   start   start |
GET admin:password_change
    admin   404     404     404     404     password password password |
POST admin:password_change
    admin   404     404     404     404     password password password |
GET admin:logout
    admin   404     404     404     404     405     405     405 |
POST admin:logout
    admin   404     404     404     404     200     200     200 |
"""
REVIEW = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET admin:benchmarks_progressupdate_review
    sign-in 404     404     404     404     change  change  change  | submitted public rosas approved
    sign-in 404     404     404     404     404     change  404     | restricted-to-omar hidden-but-from-omar
    sign-in 404     404     404     404     404     404     404     | restricted draft discarded
    sign-in 404     404     404     404     404     404     404     | hidden unknown
POST admin:benchmarks_progressupdate_review
    sign-in 404     404     404     404     listed  listed  listed  | submitted public
    sign-in 404     404     404     404     403     listed  listed  | rosas
    sign-in 404     404     404     404     404     listed  404     | restricted-to-omar
    sign-in 404     404     404     404     404     403     404     | hidden-but-from-omar
    sign-in 404     404     404     404     409     409     409     | approved returned withdrawn
    sign-in 404     404     404     404     404     404     404     | restricted draft discarded
    sign-in 404     404     404     404     404     404     404     | hidden unknown
"""

# What may be restricted, or hangs on what may be.
RESTRICTED = {
    Change,
    Comment,
    Evidence,
    Mention,
    PersonMention,
    PersonOfConcern,
    PersonSituation,
    ProgressUpdate,
    ProtectedText,
}


def label(model: type[models.Model]) -> str:
    """What the matrix calls a kind of thing as its pages of the administration are about it."""
    return f"admin {model._meta.model_name}"


def pages_of(model: type[models.Model]) -> Iterator[Row]:
    """The rows of one kind of thing of the domain."""
    text = LISTED
    text += ADDED_BY_ADA if model in ADDED else ADDED_BY_NOBODY
    text += READ + (READ_BY_OMAR if model in RESTRICTED else "")
    text += AMENDED_BY_ADA if model in AMENDED else AMENDED_BY_NOBODY
    kept, read = ("restricted", "read-by-omar") if model in RESTRICTED else ("", "")
    name = f"admin:benchmarks_{model._meta.model_name}"
    return of_things(rows(text.format(name=name, kept=kept, read=read)), label(model))


def of_things(table: Iterable[Row], of: str) -> Iterator[Row]:
    """The rows of a table, each about things of this kind where it names one."""
    return (replace(row, of=of if row.about else "") for row in table)


ENTERED: tuple[Row, ...] = (
    *of_things(rows(AROUND), "admin app"),
    *of_things(rows(ACCOUNTS), "admin user"),
    *rows(PASSWORD, of="admin password"),
    *of_things(rows(LOG), "admin logentry"),
    *rows(REVIEW, of="update"),
)
LOOKED_AT = tuple(row for model in ONLY_LOOKED_AT for row in pages_of(model))
KEPT = tuple(row for model in ADDED for row in pages_of(model))
