"""Every address of the product. First parts are reserved against merchants' slugs (``accounts/models/merchant.py``)."""

from django.urls import include, path

urlpatterns = [
    path("", include("postpurchase.operations.urls")),
    path("api/v1/", include("postpurchase.api.urls")),
    path("t/", include("tracking.urls")),
    path("", include("loyalty.urls")),
    path("", include("messaging.urls")),
    path("", include("postpurchase.connectors.urls")),
    path("dashboard/", include("postpurchase.dashboard.urls")),
    path("accounts/", include("allauth.urls")),
    path("docs/", include("postpurchase.documentation.urls")),
    path("<slug:merchant_slug>/", include("postpurchase.privacy.store_urls")),
    path("<slug:merchant_slug>/", include("tracking.store_urls")),
]
