"""Writing the problems desk. Everything needs the merchant's scope and holds the order's cases while it works.

reacting.py      carriers' news, alarms and other parts' requests open and close cases
opening.py       one open case for each parcel and reason; the same problem soon after is the old case again
answering.py     what shoppers say on the tracking page
working.py       what the team does: take a case, write about it, answer the shopper, set the rules
handing_over.py  files for carriers
closing.py       how a case ends, and opening it again by hand
entries.py       the history every case carries
rules.py         what comes first for a merchant, and when their team works
"""
