"""Where shops send to."""

from django.urls import path

from postpurchase.connectors import hooks

urlpatterns = [
    path("hooks/<slug:merchant_slug>/<slug:connector>/", hooks.shop_delivery, name="shop_delivery"),
    path(
        "hooks/<slug:merchant_slug>/<slug:connector>/<slug:store>/", hooks.shop_delivery, name="shop_delivery_of_store"
    ),
]
