"""Every benchmark, and where each stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone
from django_filters.views import FilterView
from django_tables2 import SingleTableMixin

from benchmarks.filtersets import BenchmarkFilter
from benchmarks.models import Benchmark
from benchmarks.tables import BenchmarkTable
from benchmarks.views.readers import ForReaders

if TYPE_CHECKING:
    from django.db.models import QuerySet


class BenchmarkList(ForReaders, SingleTableMixin, FilterView):  # type: ignore[misc]
    """Every benchmark with its three marks; the address says which."""

    table_class = BenchmarkTable
    filterset_class = BenchmarkFilter
    template_name = "benchmarks/list.html"
    strict = False

    def get_queryset(self) -> QuerySet[Benchmark]:
        benchmarks = Benchmark.objects.visible_to(self.request.user)
        return benchmarks.with_freshness(timezone.localdate()).with_places().with_asked()
