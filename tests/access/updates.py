"""Updates in each state and for each audience: reading, deciding, hiding, discussing."""

from __future__ import annotations

from tests.access.declared import Row, rows

READING = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET benchmarks:update
    sign-in 404     404     200     404     404     404     404     | draft restricted hidden
    sign-in 404     404     200     404     404     404     404     | approved-and-hidden
    sign-in 404     404     200     200     200     200     200     | submitted public rosas returned
    sign-in 404     404     200     200     200     200     200     | rejected withdrawn approved-of-a-draft
    sign-in 404     404     200     404     404     200     404     | restricted-to-omar
    sign-in 404     404     200     404     404     200     404     | hidden-but-from-omar
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     200     200     200     200     200     200     | approved approved-public
    sign-in 404     200     200     200     200     200     200     | approved-of-a-retired voided
    sign-in 404     200     200     404     404     200     404     | approved-restricted
POST benchmarks:update
    sign-in 404     405     405     405     405     405     405     | all
"""

REVIEWING = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET benchmarks:update_review
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:update_review
    sign-in 404     404     403     404     404     404     404     | draft restricted hidden
    sign-in 404     404     403     403     another another another | submitted
    sign-in 404     404     403     404     404     another 404     | restricted-to-omar
    sign-in 404     404     403     403     403     another another | rosas
    sign-in 404     404     403     403     409     409     409     | returned withdrawn
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     403     403     409     409     409     | approved
GET benchmarks:update_comment
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:update_comment
    sign-in 404     404     update  404     404     404     404     | draft restricted hidden
    sign-in 404     404     update  update  update  update  update  | submitted rosas returned withdrawn
    sign-in 404     404     update  404     404     update  404     | restricted-to-omar
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     update  update  update  update  update  | approved
GET benchmarks:update_hide
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:update_hide
    sign-in 404     404     update  403     queue   queue   queue   | submitted returned withdrawn
    sign-in 404     404     403     404     404     404     404     | draft restricted hidden
    sign-in 404     404     403     404     404     403     404     | restricted-to-omar
    sign-in 404     404     403     403     update  queue   queue   | rosas
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     update  403     queue   queue   queue   | approved
GET benchmarks:update_show
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:update_show
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted rosas returned withdrawn
    sign-in 404     404     update  404     404     update  404     | restricted-to-omar
    sign-in 404     404     update  404     update  403     403     | hidden
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     update  update  update  update  update  | approved
GET benchmarks:update_confirm_hiding
    sign-in 404     404     queue   404     404     404     404     | draft restricted
    sign-in 404     404     queue   queue   queue   queue   queue   | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:update_confirm_hiding
    sign-in 404     404     403     404     404     404     404     | draft restricted
    sign-in 404     404     403     403     queue   queue   queue   | submitted rosas returned withdrawn
    sign-in 404     404     403     404     404     queue   404     | restricted-to-omar
    sign-in 404     404     403     404     403     queue   queue   | hidden
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     403     403     queue   queue   queue   | approved
GET benchmarks:update_readers
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:update_readers
    sign-in 404     404     update  404     404     404     404     | draft restricted hidden
    sign-in 404     404     update  403     403     403     403     | submitted returned withdrawn
    sign-in 404     404     update  404     404     403     404     | restricted-to-omar
    sign-in 404     404     403     403     update  403     403     | rosas
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     update  403     403     403     403     | approved
"""

READ: tuple[Row, ...] = tuple(rows(READING, of="update"))
REVIEWED: tuple[Row, ...] = tuple(rows(REVIEWING, of="update"))
