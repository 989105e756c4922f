"""Generic views, with the mixin for PUT as create that the documentation points at.

https://www.django-rest-framework.org/api-guide/generic-views/#put-as-create
"""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from rest_framework import generics, status
from rest_framework.decorators import api_view, permission_classes
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from benchmarks.peer.models import Order
from benchmarks.peer.serializers import BulkOrderSerializer, OrderSerializer


@api_view()
@permission_classes([AllowAny])
def hello_world(request: Request) -> Response:
    """The first example of https://www.django-rest-framework.org/api-guide/views/#function-based-views."""
    return Response({"message": "Hello, world!"})


class AllowPUTAsCreateMixin:
    def update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        instance = self.get_object_or_none()
        serializer = self.get_serializer(instance, data=request.data)
        serializer.is_valid(raise_exception=True)
        if instance is None:
            lookup_url_kwarg = self.lookup_url_kwarg or self.lookup_field
            serializer.save(**{self.lookup_field: self.kwargs[lookup_url_kwarg]})
            return Response(serializer.data, status=status.HTTP_201_CREATED)
        serializer.save()
        return Response(serializer.data)

    def get_object_or_none(self) -> Any:
        try:
            return self.get_object()
        except Http404:
            return None


class OrderView(AllowPUTAsCreateMixin, generics.RetrieveUpdateAPIView):
    serializer_class = OrderSerializer
    lookup_field = "external_id"

    def get_queryset(self) -> QuerySet[Order]:
        return (
            Order.objects.filter(merchant__user=self.request.user).select_related("customer").prefetch_related("lines")
        )


class OrderBatchView(generics.CreateAPIView):
    """``many=True`` as it comes."""

    serializer_class = OrderSerializer

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_serializer(*args, many=True, **kwargs)


class OrderBulkView(OrderBatchView):
    """``many=True`` with a list serializer of its own."""

    serializer_class = BulkOrderSerializer
