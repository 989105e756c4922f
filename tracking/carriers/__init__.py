"""What we know of each carrier: how its numbers look, what its codes mean, where its own tracking page is.

A new carrier is one file with a ``PROFILE``, its line in ``Carrier`` of ``tracking/enums.py``, and one test file.
"""
