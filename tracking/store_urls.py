"""Below a merchant's own name: its colours, its logo, and the look-up of an order."""

from django.urls import path

from tracking.views import code, store

urlpatterns = [
    path("track", store.look_up, name="look-up"),
    path("track/code/<uuid:code_id>", code.look_up_code, name="look-up-code"),
    path("brand.css", store.brand_style, name="brand-css"),
    path("logo", store.logo, name="logo"),
]
