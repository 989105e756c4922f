"""The tracking page inside a page of the shop, without a frame: what ``embed.js`` fetches and shows.

A browser lets pages of the named sites read it and no others. It stands in a shadow root there, so it brings what a
page would load: its style (``style.py``) and its pictures (``pictures.py``).
"""
