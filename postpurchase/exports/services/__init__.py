"""What changes when an export comes back."""
