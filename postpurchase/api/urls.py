"""Addresses of the REST API, below ``/api/v1/``: each part of the product brings its own."""

from django.urls import URLPattern, URLResolver, include, path, re_path, register_converter

from postpurchase.api.converters import ExternalIdConverter
from postpurchase.api.views import NothingHere

register_converter(ExternalIdConverter, "external")

urlpatterns: list[URLPattern | URLResolver] = [
    # Longer patterns first: an order's id may hold slashes.
    path("", include("tracking.api.urls")),
    path("", include("orders.api.urls")),
    re_path(r"", NothingHere.as_view()),
]
