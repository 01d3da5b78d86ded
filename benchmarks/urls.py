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
)

app_name = "benchmarks"
urlpatterns: list[URLPattern | URLResolver] = [
    # The desk will live here; until then the list of benchmarks is the first page.
    path("", RedirectView.as_view(url="/benchmarks/"), name="home"),
    path("benchmarks/", benchmarks.BenchmarkList.as_view(), name="benchmark_list"),
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
    path("updates/<int:pk>/", log.EditPage.as_view(), name="update"),
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
