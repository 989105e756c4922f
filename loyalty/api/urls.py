"""Addresses below ``/api/v1/``."""

from django.urls import path

from loyalty.api import views

urlpatterns = [
    path("customers/<external:external_id>/loyalty/entries", views.EntriesView.as_view()),
    path("customers/<external:external_id>/loyalty/badges", views.BadgesView.as_view()),
    path("customers/<external:external_id>/loyalty", views.LoyaltyView.as_view()),
]
