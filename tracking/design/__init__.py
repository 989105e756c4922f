"""What a merchant decides about their tracking page.

``content.py``   the decisions as data, and how they are read from what is stored
``texts.py``     a merchant's own words: which may be said differently, and whether what was written can be shown
``arrange.py``   which blocks stand on the page, in which order
``examples.py``  made-up orders in the states a preview shows
"""
