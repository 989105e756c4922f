"""Banners of the shop on the tracking page: who sees which, and why.

``choose.py``   the rules, as a pure function: the same shopper sees the same banner, and every decision has its reasons
``links.py``    where a banner may lead: the shop's own hosts
"""
