"""Asking carriers about parcels with the merchant's own keys.

    parcel registered ─▶ ParcelPoll ─▶ (due, account free, quota left) ─▶ claim ──commit──▶ ask the carrier
                             ▲                                                                   │
                             └── when to ask again (interval.py) ◀── record_checkpoints ◀────────┘

``interval.py``, ``quota.py`` and ``circuit.py`` decide and are pure, as are ``clients/`` (a request out of numbers and
keys, news out of an answer). ``services/`` store, claim and ask. One account is asked by one worker at a time.
"""
