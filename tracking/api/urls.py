"""Addresses below ``/api/v1/``."""

from django.urls import path

from tracking.api import carrier_accounts, carrier_views, case_views, estimate_views, hit_rate_views, views

urlpatterns = [
    path("carriers", carrier_views.CandidatesView.as_view()),
    path("carrier-accounts", carrier_accounts.CarrierAccountsView.as_view()),
    path("carrier-accounts/<slug:carrier>", carrier_accounts.CarrierAccountView.as_view()),
    path("carrier-accounts/<slug:carrier>/try", carrier_accounts.CarrierAccountTrialView.as_view()),
    path("orders/<external:external_id>/shipments/<external:shipment_external_id>", views.OrderShipmentView.as_view()),
    path("shipments/<uuid:id>", views.ShipmentView.as_view()),
    path("promises/hit-rate", hit_rate_views.HitRateView.as_view()),
    path("delivery-estimate", estimate_views.DeliveryEstimateView.as_view()),
    path("cases", case_views.CasesView.as_view()),
    path("cases/<uuid:case_id>", case_views.CaseView.as_view()),
    path("checkpoints/batch", views.CheckpointBatchView.as_view()),
]
