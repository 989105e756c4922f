"""Services that watch many carriers and push what they hear: connectors that tell of parcels only."""
