"""Benchmarks in each state of their life, and letters."""

from __future__ import annotations

from tests.access.declared import Row, rows

BENCHMARKS = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET benchmarks:benchmark
    sign-in 404     404     200     200     200     200     200     | draft own
    sign-in 404     200     200     200     200     200     200     | active retired ended rosas
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:benchmark
    sign-in 404     405     405     405     405     405     405     | all
GET benchmarks:benchmark_edit
    sign-in 404     404     403     403     200     200     200     | draft
    sign-in 404     403     403     403     200     200     200     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
    sign-in 404     404     200     403     200     200     200     | own
POST benchmarks:benchmark_edit
    sign-in 404     404     403     403     200     200     200     | draft
    sign-in 404     403     403     403     200     200     200     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
    sign-in 404     404     200     403     200     200     200     | own
GET benchmarks:benchmark_activate
    sign-in 404     404     403     403     benchmark benchmark benchmark     | draft
    sign-in 404     403     403     403     benchmark benchmark benchmark     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:benchmark_activate
    sign-in 404     404     403     403     benchmark benchmark benchmark | draft own
    sign-in 404     403     403     403     benchmark benchmark benchmark | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
GET benchmarks:benchmark_deactivate
    sign-in 404     404     403     403     benchmark benchmark benchmark     | draft
    sign-in 404     403     403     403     benchmark benchmark benchmark     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:benchmark_deactivate
    sign-in 404     404     403     403     benchmark benchmark benchmark | draft
    sign-in 404     403     403     403     benchmark benchmark benchmark | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
GET benchmarks:benchmark_publish
    sign-in 404     404     403     403     benchmark benchmark benchmark     | draft
    sign-in 404     403     403     403     benchmark benchmark benchmark     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:benchmark_publish
    sign-in 404     404     403     403     benchmark benchmark benchmark | draft
    sign-in 404     403     403     403     benchmark benchmark benchmark | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
    sign-in 404     403     403     403     403     benchmark benchmark | rosas
GET benchmarks:benchmark_unpublish
    sign-in 404     404     403     403     benchmark benchmark benchmark     | draft
    sign-in 404     403     403     403     benchmark benchmark benchmark     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:benchmark_unpublish
    sign-in 404     404     403     403     benchmark benchmark benchmark | draft
    sign-in 404     403     403     403     benchmark benchmark benchmark | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
GET benchmarks:benchmark_retire
    sign-in 404     404     403     403     403     403     200     | draft
    sign-in 404     403     403     403     403     403     200     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:benchmark_retire
    sign-in 404     404     403     403     403     403     200     | draft
    sign-in 404     403     403     403     403     403     benchmark | active
    sign-in 404     403     403     403     403     403     200     | retired
    sign-in 404     404     404     404     404     404     404     | unknown
GET benchmarks:benchmark_reinstate
    sign-in 404     404     403     403     403     403     benchmark | draft
    sign-in 404     403     403     403     403     403     benchmark | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:benchmark_reinstate
    sign-in 404     404     403     403     403     403     benchmark | draft
    sign-in 404     403     403     403     403     403     benchmark | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
GET benchmarks:benchmark_succeed
    sign-in 404     404     403     403     403     403     200     | draft
    sign-in 404     403     403     403     403     403     200     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:benchmark_succeed
    sign-in 404     404     403     403     403     403     200     | draft
    sign-in 404     403     403     403     403     403     200     | active retired
    sign-in 404     404     404     404     404     404     404     | unknown
GET benchmarks:log
    sign-in 404     404     200     200     200     200     200     | draft
    sign-in 404     403     200     200     200     200     200     | active
    sign-in 404     403     409     409     409     409     409     | retired
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:log
    sign-in 404     404     benchmark benchmark benchmark benchmark benchmark | draft
    sign-in 404     403     benchmark benchmark benchmark benchmark benchmark | active
    sign-in 404     403     400     400     400     400     400     | retired
    sign-in 404     404     404     404     404     404     404     | unknown
GET benchmarks:log_keep
    sign-in 404     404     405     405     405     405     405     | draft unknown
    sign-in 404     403     405     405     405     405     405     | active retired
POST benchmarks:log_keep
    sign-in 404     404     200     200     200     200     200     | draft
    sign-in 404     403     200     200     200     200     200     | active
    sign-in 404     403     400     400     400     400     400     | retired
    sign-in 404     404     404     404     404     404     404     | unknown
"""

LETTERS = """
#   stranger charlie victor alice   abel    rosa    omar    ada
GET benchmarks:letter
    sign-in 404     200     200     200     200     200     200     | letter
    sign-in 404     404     404     404     404     404     404     | unknown
POST benchmarks:letter
    sign-in 404     405     405     405     405     405     405     | letter unknown
"""

ROWS: tuple[Row, ...] = (
    *rows(BENCHMARKS, of="benchmark"),
    *rows(LETTERS, of="letter"),
)
