"""The tracking page, edited by its merchant: each part on a form of its own, on a draft that is published in one step.

``frame.py``      which store's page is edited, and what stands around every form
``blocks.py``     what is shown, in which order
``questions.py``  own questions and answers
``texts.py``      own words, and languages of one's own
``contact.py``    opening hours and further ways to get in touch
``style.py``      own CSS variables, with their contrast
``versions.py``   publish, throw away, go back
``preview.py``    the real page with the draft on it, for made-up orders
"""
