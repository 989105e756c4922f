"""Customers, orders, products, and what customers agreed to while ordering."""

from orders.models.customer import ConsentReport, Customer
from orders.models.order import Order, OrderLine, Refund, RefundLine
from orders.models.product import Product
from orders.models.recommendation import Learning, ProductAffinity, ProductDemand

__all__ = [
    "ConsentReport",
    "Customer",
    "Learning",
    "Order",
    "OrderLine",
    "Product",
    "ProductAffinity",
    "ProductDemand",
    "Refund",
    "RefundLine",
]
