from django.urls import URLPattern, URLResolver, path

from messaging import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("u/<str:token>", views.preferences, name="preferences"),
]
