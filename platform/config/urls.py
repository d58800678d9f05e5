"""Every address of the product, by the app that answers it."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from config.admin_site import site as admin_site

api: list[URLPattern | URLResolver] = [
    path("", include("integration.api.urls")),
    path("", include("risk.api.urls")),
    path("", include("departments.api.urls")),
    path("", include("reports.api.urls")),
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    # The split view brings its script as a file: the policy allows none inside a page.
    path("docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
]

urlpatterns = [
    path("", include("pipeline.urls")),
    path("api/v1/", include(api)),
    path("sta/v1.1/", include("integration.api.sta_urls")),
    path("admin/", admin_site.urls),
    path("", include("accounts.ui_urls")),
    path("", include("web.urls")),
    path("", include("desk.urls")),
    path("", include("integration.ui.urls")),
    path("", include("reports.ui.urls")),
]

handler400 = "web.errors.bad_request"
handler403 = "web.errors.forbidden"
handler404 = "web.errors.not_found"
handler500 = "web.errors.server_error"
