"""Addresses of the REST API, below ``/api/v1/``: each part of the product brings its own."""

from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter

from postpurchase.api.converters import ExternalIdConverter
from postpurchase.api.document_views import DocsView, SchemaView
from postpurchase.api.event_views import EventBatchView, EventsView
from postpurchase.api.views import NothingHere

register_converter(ExternalIdConverter, "external")

urlpatterns: list[URLPattern | URLResolver] = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocsView.as_view(), name="api-docs"),
    # Longer patterns first: an order's id may hold slashes.
    path("", include("loyalty.api.urls")),
    path("", include("tracking.api.urls")),
    path("", include("postpurchase.privacy.api.urls")),
    path("", include("orders.api.urls")),
    path("", include("messaging.api.urls")),
    path("", include("postpurchase.webhooks.api.urls")),
    path("", include("postpurchase.connectors.api.urls")),
    path("events/batch", EventBatchView.as_view()),
    path("events", EventsView.as_view()),
    re_path(r"", NothingHere.as_view()),
]
