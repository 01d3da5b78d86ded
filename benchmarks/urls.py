"""Addresses of the domain's pages."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from benchmarks.views import benchmark_list, benchmarks, letters

app_name = "benchmarks"
urlpatterns: list[URLPattern | URLResolver] = [
    # The desk will live here; until then the list of benchmarks is the first page.
    path("", RedirectView.as_view(url="/benchmarks/"), name="home"),
    path("benchmarks/", benchmark_list.BenchmarkList.as_view(), name="benchmark_list"),
    path("benchmarks/counts/", benchmark_list.BenchmarkCounts.as_view(), name="benchmark_counts"),
    path("benchmarks/export.csv", benchmark_list.BenchmarkCsv.as_view(), name="benchmark_csv"),
    path("benchmarks/export.xlsx", benchmark_list.BenchmarkXlsx.as_view(), name="benchmark_xlsx"),
    path("benchmarks/<slug:slug>/", benchmarks.BenchmarkPage.as_view(), name="benchmark"),
    path("letters/", letters.LetterList.as_view(), name="letter_list"),
    path("letters/<slug:slug>/", letters.LetterPage.as_view(), name="letter"),
]
