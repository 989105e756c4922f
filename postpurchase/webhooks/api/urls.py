"""Addresses below ``/api/v1/``."""

from django.urls import path

from postpurchase.webhooks.api import views

urlpatterns = [
    path("webhook-endpoints", views.EndpointsView.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>", views.EndpointView.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>/rotate-secret", views.RotateSecretView.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>/test", views.SendTestView.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>/deliveries", views.DeliveriesView.as_view()),
    path("webhook-endpoints/<uuid:endpoint_id>/replay", views.ReplayRangeView.as_view()),
    path("webhook-deliveries/<uuid:delivery_id>", views.DeliveryView.as_view()),
    path("webhook-deliveries/<uuid:delivery_id>/replay", views.ReplayDeliveryView.as_view()),
]
