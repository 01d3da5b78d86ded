"""The files that support updates, handed out so that no browser opens them in the tracker's name."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.http import FileResponse
from django.shortcuts import get_object_or_404, render

from benchmarks.models import Evidence
from benchmarks.views.readers import ForReaders

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.http.response import HttpResponseBase

logger = logging.getLogger(__name__)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    # Instead of the site's own policy: should a browser show it all the same, it may do nothing.
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


class EvidenceFile(ForReaders):
    """A file, to be saved, for those who may see the evidence it is."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        seen = Evidence.objects.visible_to(request.user).filter(kind=Evidence.Kind.FILE)
        piece = get_object_or_404(seen, pk=pk)
        try:
            content = piece.file.open("rb")
        except OSError:
            # Neither its name nor where it was kept: the first may say who is a source.
            logger.error("the file of evidence %d cannot be read", pk)
            return render(request, "benchmarks/file_missing.html", {"piece": piece}, status=404)
        return FileResponse(
            content,
            as_attachment=True,
            filename=piece.file_name or f"evidence-{pk}",
            content_type=piece.content_type or "application/octet-stream",
            headers=HEADERS,
        )
