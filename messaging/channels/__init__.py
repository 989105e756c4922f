"""The ways out: one module per channel, chosen in ``registry``."""
