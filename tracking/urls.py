from django.urls import path

from tracking.views import page

urlpatterns = [path("<str:token>", page.tracking_page, name="tracking-page")]
