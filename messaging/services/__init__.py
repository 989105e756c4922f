"""What changes messages, journeys and permissions."""
