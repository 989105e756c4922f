"""One module per make of shop: pure functions from its bodies to our inputs, without database or settings."""
