"""Addresses of the domain's pages."""

from django.urls import URLPattern, URLResolver, path
from django.views.generic import RedirectView

from benchmarks.views import (
    benchmark_page,
    benchmarks,
    drafts,
    editing,
    files,
    letters,
    log,
    review,
    updates,
)

app_name = "benchmarks"
urlpatterns: list[URLPattern | URLResolver] = [
    # The desk will live here; until then the list of benchmarks is the first page.
    path("", RedirectView.as_view(url="/benchmarks/"), name="home"),
    path("benchmarks/", benchmarks.BenchmarkList.as_view(), name="benchmark_list"),
    path("benchmarks/counts/", benchmarks.BenchmarkCounts.as_view(), name="benchmark_counts"),
    path("benchmarks/export.csv", benchmarks.BenchmarkCsv.as_view(), name="benchmark_csv"),
    path("benchmarks/export.xlsx", benchmarks.BenchmarkXlsx.as_view(), name="benchmark_xlsx"),
    path("updates/<int:pk>/", updates.UpdatePage.as_view(), name="update"),
    path("updates/<int:pk>/review/", review.Review.as_view(), name="update_review"),
    path("updates/<int:pk>/comment/", updates.AddComment.as_view(), name="update_comment"),
    path("updates/<int:pk>/hide/", updates.Hide.as_view(), name="update_hide"),
    path("updates/<int:pk>/show/", updates.Show.as_view(), name="update_show"),
    path("updates/<int:pk>/confirm-hiding/", updates.ConfirmHiding.as_view(), name="update_confirm_hiding"),
    path("updates/<int:pk>/readers/", updates.SetReaders.as_view(), name="update_readers"),
    path("review/", review.ReviewQueue.as_view(), name="review"),
    path("lines/<int:pk>/withdraw/", review.WithdrawLine.as_view(), name="line_withdraw"),
    path("benchmarks/add/", editing.BenchmarkAdd.as_view(), name="benchmark_add"),
    path("benchmarks/<slug:slug>/", benchmark_page.BenchmarkPage.as_view(), name="benchmark"),
    path("benchmarks/<slug:slug>/edit/", editing.BenchmarkEdit.as_view(), name="benchmark_edit"),
    path("benchmarks/<slug:slug>/activate/", editing.Activate.as_view(), name="benchmark_activate"),
    path("benchmarks/<slug:slug>/deactivate/", editing.Deactivate.as_view(), name="benchmark_deactivate"),
    path("benchmarks/<slug:slug>/publish/", editing.Publish.as_view(), name="benchmark_publish"),
    path("benchmarks/<slug:slug>/unpublish/", editing.Unpublish.as_view(), name="benchmark_unpublish"),
    path("benchmarks/<slug:slug>/retire/", editing.Retire.as_view(), name="benchmark_retire"),
    path("benchmarks/<slug:slug>/reinstate/", editing.TakeUpAgain.as_view(), name="benchmark_reinstate"),
    path("benchmarks/<slug:slug>/succeed/", editing.Succeed.as_view(), name="benchmark_succeed"),
    path("evidence/<int:pk>/file/", files.EvidenceFile.as_view(), name="evidence_file"),
    path("benchmarks/<slug:slug>/log/", log.LogPage.as_view(), name="log"),
    path("benchmarks/<slug:slug>/log/keep/", drafts.Keep.as_view(), name="log_keep"),
    path("updates/preview/", drafts.Preview.as_view(), name="preview"),
    path("updates/<int:pk>/edit/", log.EditPage.as_view(), name="update_edit"),
    path("updates/<int:pk>/keep/", drafts.Keep.as_view(), name="update_keep"),
    path("updates/<int:pk>/files/", drafts.Files.as_view(), name="update_files"),
    path("updates/<int:pk>/discard/", drafts.Discard.as_view(), name="update_discard"),
    path("updates/<int:pk>/restore/", drafts.Restore.as_view(), name="update_restore"),
    path("updates/<int:pk>/withdraw/", drafts.Withdraw.as_view(), name="update_withdraw"),
    path("updates/<int:pk>/reopen/", drafts.Reopen.as_view(), name="update_reopen"),
    path("letters/", letters.LetterList.as_view(), name="letter_list"),
    path("letters/<slug:slug>/", letters.LetterPage.as_view(), name="letter"),
]
