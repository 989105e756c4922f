from django.urls import path

from tracking.views import code, page

urlpatterns = [
    path("<str:token>", page.tracking_page, name="tracking-page"),
    path("<str:token>/code", code.page_code, name="page-code"),
]
