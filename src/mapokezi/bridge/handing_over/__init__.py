"""Passing a caller on: the ladder of executors, and each of them.

`ladder` tries the office's executors one after another; `executor` has what it asks of each. What
may be rung at all is decided in `mapokezi.receptionist.handoff`.
"""
