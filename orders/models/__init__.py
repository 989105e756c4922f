"""Customers, orders, products, and what customers agreed to while ordering."""

from orders.models.attribute import AttributeDefinition
from orders.models.behaviour import Behaviour
from orders.models.customer import ConsentReport, Customer, Machine
from orders.models.insert import Insert, PackedInsert, Packing
from orders.models.merge import CustomerMerge, MergedField, MergedRow
from orders.models.notice import NoticeVersion
from orders.models.order import Order, OrderLine, Refund, RefundLine
from orders.models.product import Product
from orders.models.recommendation import LearnedArticle, Learning, RecommendationSettings
from orders.models.shipping import FreeShipping

__all__ = [
    "AttributeDefinition",
    "Behaviour",
    "ConsentReport",
    "Customer",
    "CustomerMerge",
    "FreeShipping",
    "Insert",
    "LearnedArticle",
    "Learning",
    "Machine",
    "MergedField",
    "MergedRow",
    "NoticeVersion",
    "Order",
    "OrderLine",
    "PackedInsert",
    "Packing",
    "Product",
    "RecommendationSettings",
    "Refund",
    "RefundLine",
]
