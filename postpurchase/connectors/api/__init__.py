"""Connections and inbound deliveries by REST."""
