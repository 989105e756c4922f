"""Addresses of a merchant's notice, below ``/<slug>/``."""

from django.urls import path

from postpurchase.privacy import views

urlpatterns = [
    path("notice", views.notice, name="notice"),
    path("notice.html", views.notice, {"suffix": ".html"}, name="notice-fragment"),
]
