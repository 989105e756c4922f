"""When silence is news: the rules, as pure functions and tables. ``tracking/services/watch.py`` asks them.

patience.py        how long a merchant waits, with the least values
fulfilment.py      an order is paid and there is no parcel
risk.py            the promised day is near and the parcel is not
holding_times.py   how long carriers keep a parcel for pick-up
false_attempts.py  what speaks against "nobody was at home"
"""
