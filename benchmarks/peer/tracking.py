"""Carrier news the stock way: the parcel held with ``select_for_update``, the news stored with ``get_or_create``.

https://docs.djangoproject.com/en/5.2/ref/models/querysets/#get-or-create
https://docs.djangoproject.com/en/5.2/ref/models/querysets/#select-for-update
"""

from typing import Any

from django.db import transaction
from rest_framework import generics, serializers

from benchmarks.peer.models import Checkpoint, Event, Shipment


class ShipmentSerializer(serializers.ModelSerializer):
    order = serializers.CharField()

    class Meta:
        model = Shipment
        fields = ["order", "carrier", "tracking_number"]

    def create(self, validated_data: dict[str, Any]) -> Shipment:
        merchant = self.context["request"].user.merchant
        order = merchant.order_set.get(external_id=validated_data.pop("order"))
        return Shipment.objects.create(merchant=merchant, order=order, **validated_data)


class CheckpointSerializer(serializers.ModelSerializer):
    tracking_number = serializers.CharField(max_length=100, write_only=True)

    class Meta:
        model = Checkpoint
        exclude = ["shipment", "recorded_at"]
        validators: list[Any] = []

    def create(self, validated_data: dict[str, Any]) -> Checkpoint:
        merchant = self.context["request"].user.merchant
        number = validated_data.pop("tracking_number")
        with transaction.atomic():
            shipment = Shipment.objects.select_for_update().get(merchant=merchant, tracking_number=number)
            checkpoint, is_new = Checkpoint.objects.get_or_create(shipment=shipment, **validated_data)
            if is_new:
                newest = shipment.checkpoints.latest("occurred_at")
                if (shipment.status, shipment.substatus) != (newest.status, newest.substatus):
                    shipment.status, shipment.substatus = newest.status, newest.substatus
                    shipment.status_at = newest.occurred_at
                    if newest.status == "delivered":
                        shipment.delivered_at = newest.occurred_at
                    shipment.save()
                    Event.objects.create(
                        merchant=merchant,
                        type="shipment.status_changed",
                        order_id=shipment.order_id,
                        data={"shipment": shipment.pk, "to": shipment.status},
                    )
        return checkpoint


class ShipmentView(generics.CreateAPIView):
    serializer_class = ShipmentSerializer

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        return super().get_serializer(*args, many=True, **kwargs)


class CheckpointView(generics.CreateAPIView):
    """One piece of news, or an array with ``many=True``."""

    serializer_class = CheckpointSerializer

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        kwargs["many"] = isinstance(self.request.data, list)
        return super().get_serializer(*args, **kwargs)
