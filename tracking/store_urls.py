"""Below a merchant's own name: its look, the look-up of an order, and what pages of the shop fetch."""

from django.urls import path

from tracking.snippet import DELIVERY_DAY, EMBED
from tracking.views import code, embedded, snippet, store

urlpatterns = [
    path("track", store.look_up, name="look-up"),
    path("track/code/<uuid:code_id>", code.look_up_code, name="look-up-code"),
    path("embedded", embedded.embedded_look_up, name="embedded-look-up"),
    path("embedded/t/<str:token>", embedded.embedded_page, name="embedded-page"),
    path("brand.css", store.brand_style, name="brand-css"),
    path(DELIVERY_DAY.name, snippet.script, {"snippet": DELIVERY_DAY}, name="delivery-day-script"),
    path(EMBED.name, snippet.script, {"snippet": EMBED}, name="embed-script"),
    path("logo", store.logo, name="logo"),
]
