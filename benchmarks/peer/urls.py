"""The peer's addresses."""

from django.urls import path

from benchmarks.peer import tracking, views

urlpatterns = [
    path("hello/", views.hello_world),
    path("orders/batch/", views.OrderBatchView.as_view()),
    path("orders/bulk/", views.OrderBulkView.as_view()),
    path("shipments/", tracking.ShipmentView.as_view()),
    path("checkpoints/", tracking.CheckpointView.as_view()),
    path("orders/<str:external_id>/", views.OrderView.as_view()),
]
