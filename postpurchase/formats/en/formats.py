"""Short dates in English: 3 Apr 2026, which nobody reads as the 4th of March."""

SHORT_DATE_FORMAT = "j M Y"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
