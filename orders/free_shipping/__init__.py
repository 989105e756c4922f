"""From which amount on a store sends for nothing, and how much is missing.

progress.py   pure: which threshold counts, how far an amount is
choose.py     the merchant's thresholds, stored and read
words.py      the sentence for shoppers
"""
