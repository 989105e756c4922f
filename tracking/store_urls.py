"""Below a merchant's own name: its colours, its logo, and the look-up of an order."""

from django.urls import path

from tracking.views import store

urlpatterns = [
    path("track", store.look_up, name="look-up"),
    path("brand.css", store.brand_style, name="brand-css"),
    path("logo", store.logo, name="logo"),
]
