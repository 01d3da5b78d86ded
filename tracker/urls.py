"""Every address: health, signing in, administration, and the domain's pages."""

from django.contrib import admin
from django.urls import include, path

from tracker import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("benchmarks.urls")),
]
