"""The form of an update, and the steps that its author takes."""

from __future__ import annotations

from tests.access.declared import Row, rows

WRITTEN = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET benchmarks:update_edit
    sign-in 404     404     200     404     404     404     404     | draft
    sign-in 404     404     403     403     403     403     403     | submitted
    sign-in 404     404     403     404     404     404     404     | restricted
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:update_edit
    sign-in 404     404     benchmark 404     404     404     404   | draft
    sign-in 404     404     409     403     403     403     403     | submitted withdrawn
    sign-in 404     404     409     404     404     404     404     | restricted hidden
    sign-in 404     404     409     404     404     403     404     | restricted-to-omar
    sign-in 404     404     403     403     409     403     403     | rosas
    sign-in 404     404     benchmark 403     403     403     403   | returned
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     409     403     403     403     403     | approved
GET benchmarks:update_keep
    sign-in 404     404     405     405     405     405     405     | draft submitted restricted unknown
    sign-in 404     403     405     405     405     405     405     | approved
POST benchmarks:update_keep
    sign-in 404     404     200     404     404     404     404     | draft
    sign-in 404     404     409     403     403     403     403     | submitted withdrawn
    sign-in 404     404     409     404     404     404     404     | restricted hidden
    sign-in 404     404     409     404     404     403     404     | restricted-to-omar
    sign-in 404     404     403     403     409     403     403     | rosas
    sign-in 404     404     200     403     403     403     403     | returned
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     409     403     403     403     403     | approved
GET benchmarks:update_files
    sign-in 404     404     405     405     405     405     405     | draft submitted restricted unknown
    sign-in 404     403     405     405     405     405     405     | approved
POST benchmarks:update_files
    sign-in 404     404     200     404     404     404     404     | draft
    sign-in 404     404     403     403     403     403     403     | submitted rosas withdrawn
    sign-in 404     404     403     404     404     404     404     | restricted hidden
    sign-in 404     404     403     404     404     403     404     | restricted-to-omar
    sign-in 404     404     200     403     403     403     403     | returned
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     403     403     403     403     403     | approved
GET benchmarks:update_discard
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
    sign-in 404     404     404       404   404     404     404     | discarded
    sign-in 404     403     update  update  update  update  update  | approved
POST benchmarks:update_discard
    sign-in 404     404     benchmark 404     404     404     404   | draft
    sign-in 404     404     update  403     403     403     403     | submitted returned withdrawn
    sign-in 404     404     update  404     404     404     404     | restricted hidden
    sign-in 404     404     update  404     404     403     404     | restricted-to-omar
    sign-in 404     404     403     403     update  403     403     | rosas
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     update  403     403     403     403     | approved
GET benchmarks:update_restore
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
    sign-in 404     404     benchmark 404   404     404     404     | discarded
    sign-in 404     403     update  update  update  update  update  | approved
POST benchmarks:update_restore
    sign-in 404     404     update  404     404     404     404     | draft
    sign-in 404     404     404     404     404     404     404     | submitted restricted
    sign-in 404     404     404     404     404     404     404     | restricted-to-omar rosas returned
    sign-in 404     404     404     404     404     404     404     | withdrawn hidden unknown
    sign-in 404     404     edit    404     404     404     404     | discarded
    sign-in 404     403     404     404     404     404     404     | approved
GET benchmarks:update_withdraw
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
    sign-in 404     404     404       404   404     404     404     | discarded
    sign-in 404     403     update  update  update  update  update  | approved
POST benchmarks:update_withdraw
    sign-in 404     404     update  404     404     404     404     | draft restricted hidden
    sign-in 404     404     update  403     403     403     403     | submitted returned withdrawn
    sign-in 404     404     update  404     404     403     404     | restricted-to-omar
    sign-in 404     404     403     403     update  403     403     | rosas
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     update  403     403     403     403     | approved
GET benchmarks:update_reopen
    sign-in 404     404     update  404     404     404     404     | draft restricted
    sign-in 404     404     update  update  update  update  update  | submitted
    sign-in 404     404     404     404     404     404     404     | unknown
    sign-in 404     404     404       404   404     404     404     | discarded
    sign-in 404     403     update  update  update  update  update  | approved
POST benchmarks:update_reopen
    sign-in 404     404     update  404     404     404     404     | draft restricted hidden
    sign-in 404     404     update  403     403     403     403     | submitted returned
    sign-in 404     404     update  404     404     403     404     | restricted-to-omar
    sign-in 404     404     403     403     update  403     403     | rosas
    sign-in 404     404     edit    403     403     403     403     | withdrawn
    sign-in 404     404     404     404     404     404     404     | discarded unknown
    sign-in 404     403     update  403     403     403     403     | approved
"""

ROWS: tuple[Row, ...] = (*rows(WRITTEN, of="update"),)
