"""Below a merchant's own name: its colours, its logo, and the look-up of an order."""

from django.urls import path

from tracking import store_views

urlpatterns = [
    path("track", store_views.look_up, name="look-up"),
    path("brand.css", store_views.brand_style, name="brand-css"),
    path("logo", store_views.logo, name="logo"),
]
