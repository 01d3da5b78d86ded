"""Health, signing in, and the pages that are about no one thing."""

from __future__ import annotations

from tests.access.declared import Row, rows

AROUND = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET health_live
    200 |
POST health_live
    200 |
GET health_ready
    503 |
POST health_ready
    503 |
GET account_login
    200     home    home    home    home    home    home    home |
POST account_login
    200     home    home    home    home    home    home    home |
GET account_logout
    sign-in 200     200     200     200     200     200     200 |
POST account_logout
    sign-in |
GET account_inactive
    200 |
POST account_inactive
    405 |
GET account_signup
    200     home    home    home    home    home    home    home |
POST account_signup
    200     home    home    home    home    home    home    home |
GET account_reauthenticate
    sign-in 200     200     200     200     200     200     200 |
POST account_reauthenticate
    sign-in 200     200     200     200     200     200     200 |
GET account_change_password
    sign-in 200     200     200     200     200     200     200 |
POST account_change_password
    sign-in 200     200     200     200     200     200     200 |
GET account_set_password
    sign-in password password password password password password password |
POST account_set_password
    sign-in password password password password password password password |
GET account_reset_password
    200 |
POST account_reset_password
    200 |
GET account_reset_password_done
    200 |
POST account_reset_password_done
    405 |
GET account_reset_password_from_key
    200 |
POST account_reset_password_from_key
    200 |
GET account_reset_password_from_key_done
    200 |
POST account_reset_password_from_key_done
    405 |
"""

PAGES = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET benchmarks:home
    sign-in 404     200     200     200     200     200     200 |
POST benchmarks:home
    sign-in 404     405     405     405     405     405     405 |
GET benchmarks:benchmark_list
    sign-in 404     200     200     200     200     200     200 |
POST benchmarks:benchmark_list
    sign-in 404     405     405     405     405     405     405 |
GET benchmarks:benchmark_counts
    sign-in 404     200     200     200     200     200     200 |
POST benchmarks:benchmark_counts
    sign-in 404     405     405     405     405     405     405 |
GET benchmarks:benchmark_csv
    sign-in 404     200     200     200     200     200     200 |
POST benchmarks:benchmark_csv
    sign-in 404     405     405     405     405     405     405 |
GET benchmarks:benchmark_xlsx
    sign-in 404     200     200     200     200     200     200 |
POST benchmarks:benchmark_xlsx
    sign-in 404     405     405     405     405     405     405 |
GET benchmarks:review
    sign-in 404     404     200     200     200     200     200 |
POST benchmarks:review
    sign-in 404     404     405     405     405     405     405 |
GET benchmarks:benchmark_add
    sign-in 404     403     200     200     200     200     200 |
POST benchmarks:benchmark_add
    sign-in 404     403     200     200     200     200     200 |
GET benchmarks:preview
    sign-in 404     403     405     405     405     405     405 |
POST benchmarks:preview
    sign-in 404     403     200     200     200     200     200 |
GET benchmarks:letter_list
    sign-in 404     200     200     200     200     200     200 |
POST benchmarks:letter_list
    sign-in 404     405     405     405     405     405     405 |
"""

ROWS: tuple[Row, ...] = (
    *rows(AROUND),
    *rows(PAGES),
)
