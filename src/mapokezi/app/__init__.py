"""Composition: the one place that knows every part, a file a role.

Each ``run_...`` runs one role until it is told to stop. A role imports its own file alone: what
the others need takes longer to import than a caller should wait for a process to come back.
"""
