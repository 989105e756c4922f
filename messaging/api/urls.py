"""Addresses below ``/api/v1/``."""

from django.urls import path

from messaging.api import views

urlpatterns = [path("messages", views.MessagesView.as_view())]
