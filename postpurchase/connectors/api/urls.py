"""Addresses below ``/api/v1/``."""

from django.urls import path

from postpurchase.connectors.api import views

urlpatterns = [
    path("connectors", views.ConnectionsView.as_view()),
    path("connectors/<slug:connector>", views.ConnectionView.as_view()),
    path("inbound-deliveries", views.InboundDeliveriesView.as_view()),
    path("inbound-deliveries/<uuid:inbound_delivery_id>/replay", views.ReplayView.as_view()),
]
