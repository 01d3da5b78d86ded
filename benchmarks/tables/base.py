"""What the tables of all lists share."""

from __future__ import annotations

from typing import Any

import django_tables2 as tables

from benchmarks.tables.layout import PAGE_SIZE

RIGHT = {"th": {"class": "num"}, "td": {"class": "num"}}


class ListTable(tables.Table):  # type: ignore[misc]
    """A list page's table. Its pages have one size: none that an address asks for, such as 0."""

    def paginate(self, *args: Any, **kwargs: Any) -> ListTable:
        paginated: ListTable = super().paginate(*args, **kwargs | {"per_page": PAGE_SIZE})
        return paginated
