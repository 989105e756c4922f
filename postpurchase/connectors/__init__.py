"""Shops of any make: their signed deliveries come in, are kept as they came, and become orders."""
