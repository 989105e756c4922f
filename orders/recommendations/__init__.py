"""What may go well with an order, learned from the merchant's own orders, with a reason that is true.

``learn.py``   looks at the orders now and then and keeps what goes together (``orders.learn``)
``choose.py``  picks articles for one basket: pure
``select.py``  reads what ``choose.py`` needs
"""
