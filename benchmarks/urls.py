"""Addresses of the domain's pages."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from benchmarks.views import benchmark_page, benchmarks, letters

app_name = "benchmarks"
urlpatterns: list[URLPattern | URLResolver] = [
    # The desk will live here; until then the list of benchmarks is the first page.
    path("", RedirectView.as_view(url="/benchmarks/"), name="home"),
    path("benchmarks/", benchmarks.BenchmarkList.as_view(), name="benchmark_list"),
    path("benchmarks/<slug:slug>/", benchmark_page.BenchmarkPage.as_view(), name="benchmark"),
    path("letters/", letters.LetterList.as_view(), name="letter_list"),
    path("letters/<slug:slug>/", letters.LetterPage.as_view(), name="letter"),
]
