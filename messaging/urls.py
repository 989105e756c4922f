from django.urls import URLPattern, URLResolver, path

from messaging import hooks, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("u/<str:token>", views.preferences, name="preferences"),
    path("hooks/<slug:merchant_slug>/providers/<slug:provider>/", hooks.provider_report, name="provider_report"),
]
