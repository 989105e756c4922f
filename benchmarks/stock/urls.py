"""The product's addresses and those of the stock views."""

from django.urls import include, path

from benchmarks.stock import views

urlpatterns = [
    path("stock/hello", views.hello),
    path("stock/<str:token>", views.tracking_page),
    path("", include("postpurchase.urls")),
]
