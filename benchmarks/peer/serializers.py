"""Nested serializers with the explicit ``create`` and ``update`` that the documentation asks for.

https://www.django-rest-framework.org/api-guide/serializers/#writable-nested-representations
https://www.django-rest-framework.org/api-guide/serializers/#customizing-multiple-create
"""

from typing import Any

from rest_framework import serializers

from benchmarks.peer.models import Customer, Event, Order, OrderLine


class CustomerSerializer(serializers.ModelSerializer):
    class Meta:
        model = Customer
        exclude = ["merchant"]


class OrderLineSerializer(serializers.ModelSerializer):
    class Meta:
        model = OrderLine
        exclude = ["order"]


class AddressSerializer(serializers.Serializer):
    name = serializers.CharField(max_length=200, allow_blank=True, default="")
    company = serializers.CharField(max_length=200, allow_blank=True, default="")
    street = serializers.CharField(max_length=200, allow_blank=True, default="")
    street2 = serializers.CharField(max_length=200, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=20, allow_blank=True, default="")
    city = serializers.CharField(max_length=200, allow_blank=True, default="")
    region = serializers.CharField(max_length=200, allow_blank=True, default="")
    country = serializers.CharField(max_length=2, allow_blank=True, default="")


class BulkOrderListSerializer(serializers.ListSerializer):
    """The documentation's bulk create, carried through to customers, lines and events."""

    def create(self, validated_data: list[dict[str, Any]]) -> list[Order]:
        merchant = self.context["request"].user.merchant
        lines = [item.pop("lines") for item in validated_data]
        customers = Customer.objects.bulk_create(
            Customer(merchant=merchant, **item.pop("customer")) for item in validated_data
        )
        orders = Order.objects.bulk_create(
            Order(merchant=merchant, customer=customer, **item)
            for item, customer in zip(validated_data, customers, strict=True)
        )
        OrderLine.objects.bulk_create(
            OrderLine(order=order, **line)
            for order, lines_of_order in zip(orders, lines, strict=True)
            for line in lines_of_order
        )
        Event.objects.bulk_create(
            Event(merchant=merchant, type="order.placed", order=order, data={"order": order.pk}) for order in orders
        )
        return orders


class OrderSerializer(serializers.ModelSerializer):
    customer = CustomerSerializer()
    lines = OrderLineSerializer(many=True)
    shipping_address = AddressSerializer()
    billing_address = AddressSerializer(allow_null=True)

    class Meta:
        model = Order
        exclude = ["merchant"]

    def create(self, validated_data: dict[str, Any]) -> Order:
        merchant = self.context["request"].user.merchant
        lines = validated_data.pop("lines")
        customer = self._customer(merchant, validated_data.pop("customer"))
        order = Order.objects.create(merchant=merchant, customer=customer, **validated_data)
        for line in lines:
            OrderLine.objects.create(order=order, **line)
        Event.objects.create(merchant=merchant, type="order.placed", order=order, data={"order": order.pk})
        return order

    def update(self, instance: Order, validated_data: dict[str, Any]) -> Order:
        lines = validated_data.pop("lines")
        instance.customer = self._customer(instance.merchant, validated_data.pop("customer"))
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save()
        instance.lines.all().delete()
        for line in lines:
            OrderLine.objects.create(order=instance, **line)
        Event.objects.create(
            merchant=instance.merchant, type="order.updated", order=instance, data={"order": instance.pk}
        )
        return instance

    def _customer(self, merchant: Any, data: dict[str, Any]) -> Customer:
        customer, _ = Customer.objects.update_or_create(
            merchant=merchant, external_id=data.pop("external_id"), defaults=data
        )
        return customer


class BulkOrderSerializer(OrderSerializer):
    class Meta(OrderSerializer.Meta):
        list_serializer_class = BulkOrderListSerializer
