"""What changes merchants, people and keys."""
