"""Orders, products and customers from files."""
