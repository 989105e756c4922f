"""How dates and times are written where Django's own way is not ours, by language (FORMAT_MODULE_PATH)."""
