"""The problems desk as decisions, all pure: from carriers' news to a reason, by when, and what to do about it.

reasons.py       which news opens a case, and which closes it again
due.py           by when somebody of the team should have acted
priority.py      whose cases come first
suggestions.py   what is best done next, and why
choices.py       what a shopper may choose when a parcel did not reach them
carrier_file.py  what a carrier is told about a case
words.py         what strangers write, as text and only as text
"""
