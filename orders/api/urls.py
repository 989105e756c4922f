"""Addresses below ``/api/v1/``. An id of a shop may hold slashes (``2026/1001``), so longer patterns stand first."""

from django.urls import path

from orders.api import catalogue_views, timeline, views

urlpatterns = [
    path("orders", views.OrdersView.as_view()),
    path("orders/batch", views.OrderBatchView.as_view()),
    path("orders/<external:external_id>/timeline", timeline.TimelineView.as_view()),
    path("orders/<external:external_id>/cancel", views.CancelView.as_view()),
    path("orders/<external:external_id>/refunds", views.RefundsView.as_view()),
    path("orders/<external:external_id>", views.OrderView.as_view()),
    path("products/batch", catalogue_views.ProductBatchView.as_view()),
    path("products/<external:sku>", catalogue_views.ProductView.as_view()),
    path("customers/<external:external_id>", catalogue_views.CustomerView.as_view()),
]
