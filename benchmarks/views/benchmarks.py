"""The list of benchmarks: where each stands, how many each choice would show, and the same as a file."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.utils.functional import cached_property
from django.utils.http import content_disposition_header
from django.views.generic import TemplateView

from benchmarks import exports
from benchmarks.filtersets import BenchmarkFilter, counts
from benchmarks.models import Benchmark
from benchmarks.tables import BenchmarkTable
from benchmarks.tables.layout import PAGE_SIZES
from benchmarks.views.readers import ForReaders


class Listed(ForReaders):
    """The benchmarks that an address asks for, so far as this person may see them."""

    @cached_property
    def filter(self) -> BenchmarkFilter:
        seen = Benchmark.objects.visible_to(self.request.user)
        return BenchmarkFilter(self.request.GET, queryset=seen, request=self.request)

    @cached_property
    def table(self) -> BenchmarkTable:
        return BenchmarkTable(self.filter.qs, BenchmarkTable.laid_out(self.request.GET))


class BenchmarkList(Listed, TemplateView):
    """Every benchmark with its three marks; the address says which, and how."""

    template_name = "benchmarks/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        self.table.turn_to(self.request.GET.get("page", ""), of=self.filter.found)
        with_counts = self.request.GET.get("counts") == "1"
        if with_counts:
            counts.show(self.filter)
        return super().get_context_data(
            **kwargs,
            filter=self.filter,
            table=self.table,
            layout=self.table.layout,
            page_sizes=PAGE_SIZES,
            with_counts=with_counts,
        )


class BenchmarkCounts(Listed):
    """How many benchmarks each choice would show, with the other filters as they are."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return JsonResponse(counts.counts(self.filter))


class BenchmarkCsv(Listed):
    """What the list shows, all of its pages, as CSV."""

    def get(self, request: HttpRequest) -> StreamingHttpResponse:
        rows = exports.lines(self.table, request.build_absolute_uri)
        name = content_disposition_header(as_attachment=True, filename=exports.file_name("csv"))
        headers = {"Content-Disposition": name or "attachment"}
        return StreamingHttpResponse(
            exports.as_csv(rows), content_type="text/csv; charset=utf-8", headers=headers
        )


class BenchmarkXlsx(Listed):
    """What the list shows, all of its pages, as a workbook."""

    def get(self, request: HttpRequest) -> FileResponse:
        book = exports.as_xlsx(exports.lines(self.table, request.build_absolute_uri))
        return FileResponse(book, as_attachment=True, filename=exports.file_name("xlsx"))
