"""The process for people: pages that show who called, what they wanted and what was said."""
