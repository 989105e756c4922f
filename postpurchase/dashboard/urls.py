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
    webhook_deliveries,
    webhooks,
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
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/new/", webhooks.new, name="webhook_new"),
    path("webhooks/<uuid:endpoint_id>/", webhook_deliveries.webhook, name="webhook"),
    path("webhooks/<uuid:endpoint_id>/edit/", webhooks.edit, name="webhook_edit"),
    path("webhooks/<uuid:endpoint_id>/switch/", webhooks.switch, name="webhook_switch"),
    path("webhooks/<uuid:endpoint_id>/rotate/", webhooks.rotate, name="webhook_rotate"),
    path("webhooks/<uuid:endpoint_id>/delete/", webhooks.delete, name="webhook_delete"),
    path("webhooks/<uuid:endpoint_id>/test/", webhook_deliveries.test, name="webhook_test"),
    path("webhooks/<uuid:endpoint_id>/replay/", webhook_deliveries.replay_time, name="webhook_replay"),
    path("webhooks/deliveries/<uuid:delivery_id>/", webhook_deliveries.delivery, name="webhook_delivery"),
    path(
        "webhooks/deliveries/<uuid:delivery_id>/replay/",
        webhook_deliveries.replay_one,
        name="webhook_delivery_replay",
    ),
    path("team/", team.team, name="team"),
    path("team/<uuid:membership_id>/", team.member, name="team_member"),
    path("retry/<uuid:delivery_id>/", home.retry, name="retry"),
]
