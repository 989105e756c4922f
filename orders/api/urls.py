"""Addresses below ``/api/v1/``. An id of a shop may hold slashes (``2026/1001``), so longer patterns stand first."""

from django.urls import path

from orders.api import (
    catalogue_views,
    customer_views,
    free_shipping_views,
    packing_views,
    recommendation_views,
    timeline,
    views,
)

urlpatterns = [
    path("orders", views.OrdersView.as_view()),
    path("orders/batch", views.OrderBatchView.as_view()),
    path("orders/<external:external_id>/timeline", timeline.TimelineView.as_view()),
    path("orders/<external:external_id>/cancel", views.CancelView.as_view()),
    path("orders/<external:external_id>/packing", packing_views.PackingView.as_view()),
    path("orders/<external:external_id>/refunds", views.RefundsView.as_view()),
    path("orders/<external:external_id>", views.OrderView.as_view()),
    path("free-shipping", free_shipping_views.FreeShippingView.as_view()),
    path("products", catalogue_views.ProductsView.as_view()),
    path("products/batch", catalogue_views.ProductBatchView.as_view()),
    path("products/<external:sku>", catalogue_views.ProductView.as_view()),
    path("customers", customer_views.CustomersView.as_view()),
    path("customers/<external:external_id>/merge", customer_views.MergeView.as_view()),
    path("customers/<external:external_id>", customer_views.CustomerView.as_view()),
    path("recommendations", recommendation_views.RecommendationsView.as_view()),
    path("customer-merges", customer_views.MergesView.as_view()),
    path("customer-merges/<uuid:merge_id>/undo", customer_views.UndoMergeView.as_view()),
]
