"""One module per area; each view parses, makes one call, and shows the answer."""
