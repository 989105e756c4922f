"""How each carrier's interface is asked. A new one is a module here and a line in ``registry.py``."""
