"""Telling people, by the ways that the operator has set up, and the office's own systems."""
