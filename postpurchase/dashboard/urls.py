"""The merchant's pages."""

from django.urls import path

from postpurchase.dashboard.views import (
    api_keys,
    brand,
    export,
    frame,
    home,
    journeys,
    messages,
    orders,
    storefronts,
    team,
)

app_name = "dashboard"

urlpatterns = [
    path("", home.home, name="home"),
    path("switch/", frame.switch, name="switch"),
    path("language/", frame.language, name="language"),
    path("orders/", orders.orders, name="orders"),
    path("orders/<uuid:order_id>/", orders.order, name="order"),
    path("messages/", messages.messages, name="messages"),
    path("messages/<uuid:message_id>/", messages.message, name="message"),
    path("messages/<uuid:message_id>/html/", messages.message_html, name="message_html"),
    path("journeys/", journeys.journeys, name="journeys"),
    path("journeys/<slug:key>/", journeys.journey, name="journey"),
    path("journeys/<slug:key>/switch/", journeys.switch, name="journey_switch"),
    path("brand/", brand.brand, name="brand"),
    path("brand/stores/", storefronts.new, name="storefront_new"),
    path("brand/stores/<slug:store_slug>/", brand.brand, name="store"),
    path("brand/stores/<slug:store_slug>/remove/", storefronts.remove, name="storefront_remove"),
    path("api-keys/", api_keys.api_keys, name="api_keys"),
    path("api-keys/<uuid:key_id>/revoke/", api_keys.revoke, name="api_key_revoke"),
    path("export/", export.export, name="export"),
    path("export/everything.<slug:format>.zip", export.everything, name="export_everything"),
    path("export/<slug:name>.<slug:format>", export.one_list, name="export_list"),
    path("team/", team.team, name="team"),
    path("team/<uuid:membership_id>/", team.member, name="team_member"),
    path("retry/<uuid:delivery_id>/", home.retry, name="retry"),
]
