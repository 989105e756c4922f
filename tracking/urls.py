from django.urls import path

from tracking.views import calendar_file, cases, code, page, qr_picture, sms

urlpatterns = [
    path("<str:token>", page.tracking_page, name="tracking-page"),
    path("<str:token>/delivery.ics", calendar_file.delivery_file, name="delivery-file"),
    path("<str:token>/qr.svg", qr_picture.qr_picture, name="qr-picture"),
    path("<str:token>/sms", sms.sms, name="page-sms"),
    path("<str:token>/code", code.page_code, name="page-code"),
    path("<str:token>/report", cases.report, name="tracking-report"),
    path("<str:token>/cases/<uuid:case_id>/answer", cases.answer, name="case-answer"),
    path("<str:token>/cases/<uuid:case_id>/home", cases.home, name="case-home"),
    path("<str:token>/cases/<uuid:case_id>/found", cases.found, name="case-found"),
    path("<str:token>/parcels/<uuid:shipment_id>/missing", cases.missing, name="parcel-missing"),
]
