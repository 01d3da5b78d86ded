"""What people fill in."""

from benchmarks.forms.days import (
    EARLIEST,
    AsOf,
    AsOfForm,
    DayField,
    PartialDate,
    PartialDateField,
    moment_of,
)

__all__ = ["EARLIEST", "AsOf", "AsOfForm", "DayField", "PartialDate", "PartialDateField", "moment_of"]
