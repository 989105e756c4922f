"""Addresses below ``/api/v1/``."""

from django.urls import path

from postpurchase.privacy.api import views

urlpatterns = [
    path("customers/<external:external_id>/export", views.CustomerExportView.as_view()),
]
