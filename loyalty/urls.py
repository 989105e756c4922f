"""The addresses of shoppers' surveys and points. Mounted at the root."""

from django.urls import path

from loyalty import views

urlpatterns = [
    path("s/<str:token>", views.survey, name="survey"),
    path("p/<str:token>", views.points, name="points"),
    path("t/<str:token>/sentiment", views.sentiment, name="sentiment"),
]
