"""What goes into the parcel besides what was ordered: inserts and small gifts, by the merchant's rules.

rules.py      which inserts fit an order: pure
decide.py     decided once per order, with the stock taken, and stored
edit.py       the merchant's rules
"""
