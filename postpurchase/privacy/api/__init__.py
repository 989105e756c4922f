"""What people may ask for, by REST."""
