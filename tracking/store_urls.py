"""Below a merchant's own name: its colours, its logo, the look-up of an order, and the script for product pages."""

from django.urls import path

from tracking.views import code, snippet, store

urlpatterns = [
    path("track", store.look_up, name="look-up"),
    path("track/code/<uuid:code_id>", code.look_up_code, name="look-up-code"),
    path("brand.css", store.brand_style, name="brand-css"),
    path("delivery-day.js", snippet.delivery_day, name="delivery-day-script"),
    path("logo", store.logo, name="logo"),
]
