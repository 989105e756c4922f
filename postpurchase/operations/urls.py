from django.urls import path

from postpurchase.operations import views

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("healthz/host", views.serves_host, name="serves-host"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.show_metrics, name="metrics"),
]
