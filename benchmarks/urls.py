"""Addresses of the domain's pages."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from benchmarks.views import benchmarks, letters, review, updates

app_name = "benchmarks"
urlpatterns: list[URLPattern | URLResolver] = [
    # The desk will live here; until then the list of benchmarks is the first page.
    path("", RedirectView.as_view(url="/benchmarks/"), name="home"),
    path("benchmarks/", benchmarks.BenchmarkList.as_view(), name="benchmark_list"),
    path("benchmarks/<slug:slug>/", benchmarks.BenchmarkPage.as_view(), name="benchmark"),
    path("updates/<int:pk>/", updates.UpdatePage.as_view(), name="update"),
    path("updates/<int:pk>/review/", review.Review.as_view(), name="update_review"),
    path("updates/<int:pk>/comment/", updates.AddComment.as_view(), name="update_comment"),
    path("updates/<int:pk>/hide/", updates.Hide.as_view(), name="update_hide"),
    path("updates/<int:pk>/show/", updates.Show.as_view(), name="update_show"),
    path("updates/<int:pk>/confirm-hiding/", updates.ConfirmHiding.as_view(), name="update_confirm_hiding"),
    path("updates/<int:pk>/readers/", updates.SetReaders.as_view(), name="update_readers"),
    path("review/", review.ReviewQueue.as_view(), name="review"),
    path("lines/<int:pk>/withdraw/", review.WithdrawLine.as_view(), name="line_withdraw"),
    path("letters/", letters.LetterList.as_view(), name="letter_list"),
    path("letters/<slug:slug>/", letters.LetterPage.as_view(), name="letter"),
]
