"""Customers, orders, products, and what customers agreed to while ordering."""

from orders.models.customer import ConsentReport, Customer
from orders.models.order import Order, OrderLine, Refund, RefundLine
from orders.models.product import Product

__all__ = ["ConsentReport", "Customer", "Order", "OrderLine", "Product", "Refund", "RefundLine"]
