"""The REST API of orders, customers and products."""
