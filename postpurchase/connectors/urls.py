"""Where shops, and services that watch carriers, send to."""

from django.urls import path

from postpurchase.connectors import hooks

urlpatterns = [
    path("hooks/<slug:merchant_slug>/carriers/<slug:name>/", hooks.carrier_delivery, name="carrier_delivery"),
    path("hooks/<slug:merchant_slug>/<slug:connector>/", hooks.shop_delivery, name="shop_delivery"),
    path(
        "hooks/<slug:merchant_slug>/<slug:connector>/<slug:store>/", hooks.shop_delivery, name="shop_delivery_of_store"
    ),
]
