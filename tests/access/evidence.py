"""Files that support updates, and lines of the status history."""

from __future__ import annotations

from tests.access.declared import Row, rows

FILES = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET benchmarks:evidence_file
    sign-in 404     404     200     404     404     404     404     | internal-of-draft restricted-of-draft
    sign-in 404     404     200     404     404     404     404     | restricted-of-submitted
    sign-in 404     404     200     404     404     404     404     | internal-of-restricted
    sign-in 404     404     200     404     404     404     404     | restricted-of-restricted
    sign-in 404     404     200     404     404     404     404     | internal-of-hidden
    sign-in 404     404     200     404     404     404     404     | restricted-of-hidden
    sign-in 404     404     200     404     404     404     404     | restricted-of-approved
    sign-in 404     404     200     404     404     404     404     | restricted-of-approved-public
    sign-in 404     404     200     404     404     404     404     | restricted-of-approved-of-a-draft
    sign-in 404     404     200     404     404     404     404     | internal-of-approved-and-hidden
    sign-in 404     404     200     404     404     404     404     | restricted-of-approved-and-hidden
    sign-in 404     404     200     200     200     200     200     | internal-of-submitted
    sign-in 404     404     200     200     200     200     200     | internal-of-approved-of-a-draft
    sign-in 404     404     200     404     404     200     404     | internal-of-restricted-to-omar
    sign-in 404     404     200     404     404     200     404     | restricted-of-restricted-to-omar
    sign-in 404     404     404     404     404     404     404     | internal-of-discarded
    sign-in 404     404     404     404     404     404     404     | restricted-of-discarded unknown
    sign-in 404     200     200     200     200     200     200     | internal-of-approved
    sign-in 404     200     200     200     200     200     200     | internal-of-approved-public
    sign-in 404     200     200     404     404     200     404     | internal-of-approved-restricted
    sign-in 404     200     200     404     404     200     404     | restricted-of-approved-restricted
    sign-in 404     404     200     200     200     200     200     | internal-of-public internal-of-rosas
    sign-in 404     404     200     200     200     200     200     | internal-of-returned
    sign-in 404     404     200     200     200     200     200     | internal-of-rejected
    sign-in 404     404     200     200     200     200     200     | internal-of-withdrawn
    sign-in 404     404     200     404     404     404     404     | restricted-of-public
    sign-in 404     404     200     404     404     404     404     | restricted-of-returned
    sign-in 404     404     200     404     404     404     404     | restricted-of-rejected
    sign-in 404     404     200     404     404     404     404     | restricted-of-withdrawn
    sign-in 404     404     200     404     404     404     404     | restricted-of-approved-of-a-retired
    sign-in 404     404     200     404     404     404     404     | restricted-of-voided
    sign-in 404     404     404     404     200     404     404     | restricted-of-rosas
    sign-in 404     404     200     404     404     200     404     | internal-of-hidden-but-from-omar
    sign-in 404     404     200     404     404     200     404     | restricted-of-hidden-but-from-omar
    sign-in 404     200     200     200     200     200     200     | internal-of-approved-of-a-retired
    sign-in 404     200     200     200     200     200     200     | internal-of-voided
POST benchmarks:evidence_file
    sign-in 404     405     405     405     405     405     405     | all
"""

LINES = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET benchmarks:line_withdraw
    sign-in 404     403     200     200     200     200     200     | approved approved-public
    sign-in 404     403     200     200     200     200     200     | approved-of-a-retired
    sign-in 404     403     200     200     200     200     200     | approved-and-hidden
    sign-in 404     404     200     200     200     200     200     | approved-of-a-draft
    sign-in 404     403     409     409     409     409     409     | voided
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:line_withdraw
    sign-in 404     403     another another another another another | approved approved-public approved-of-a-retired
    sign-in 404     403     another another another another another | approved-and-hidden
    sign-in 404     404     another another another another another | approved-of-a-draft
    sign-in 404     403     409     409     409     409     409     | voided
    sign-in 404     404     404     404     404     404     404     | unknown
"""

ROWS: tuple[Row, ...] = (
    *rows(FILES, of="evidence"),
    *rows(LINES, of="line"),
)
