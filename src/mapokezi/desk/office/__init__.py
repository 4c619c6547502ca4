"""An office as forms: what it is now, changing it by the rules of its files, its history."""
