"""The pages shoppers see of tracking.

``page.py``    an order's tracking page; what stands on it comes from ``blocks/``, one file each
``store.py``   what stands below a merchant's own name: look-up, brand colours, logo
"""
