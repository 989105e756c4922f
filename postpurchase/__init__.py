"""Software that shops run themselves: from the click on "buy" to the next order.

This file imports nothing: `manage.py` passes through it on machines where no package is installed yet.
"""
