"""The documentation."""

from django.urls import path

from postpurchase.documentation import views

urlpatterns = [
    path("", views.index, name="docs"),
    path("style-guide/", views.style_guide, name="docs-style-guide"),
    path("<slug:slug>/", views.page, name="docs-page"),
]
