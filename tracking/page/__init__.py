"""The tracking page as a decision: facts about an order in, everything the page says out. Pure.

selectors/page.py ──OrderFacts──▶ build.py ──TrackingPage──▶ templates/tracking/page.html
                                    ├ sayings.py  what is, when it will be, why, what comes next
                                    ├ scenes.py   which of the page's situations a parcel is in
                                    └ days.py     dates as people say them
"""
