"""postpurchase: from the click on "buy" to the next order. Start reading at ``postpurchase/pipeline.py``.

Nothing is imported here: the first start on a fresh machine imports ``postpurchase.bootstrap`` before any library.
"""
