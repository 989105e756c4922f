"""Customers, orders, products, and what customers agreed to while ordering."""

from orders.models.attribute import AttributeDefinition
from orders.models.behaviour import Behaviour
from orders.models.customer import ConsentReport, Customer, Machine
from orders.models.merge import CustomerMerge, MergedField, MergedRow
from orders.models.notice import NoticeVersion
from orders.models.order import Order, OrderLine, Refund, RefundLine
from orders.models.product import Product
from orders.models.recommendation import Learning, ProductAffinity, ProductDemand

__all__ = [
    "AttributeDefinition",
    "Behaviour",
    "ConsentReport",
    "Customer",
    "CustomerMerge",
    "Learning",
    "Machine",
    "MergedField",
    "MergedRow",
    "NoticeVersion",
    "Order",
    "OrderLine",
    "Product",
    "ProductAffinity",
    "ProductDemand",
    "Refund",
    "RefundLine",
]
