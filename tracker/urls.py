"""Every address: health, signing in, administration, and the domain's pages."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from tracker import health

# The admin's own form knows no rate limit; signing in goes through the one page which does.
admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("accounts/", include("accounts.urls")),
    path("admin/", admin.site.urls),
    path("", include("benchmarks.urls")),
]
