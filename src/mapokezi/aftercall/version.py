"""The version of the work's form; work that is under way is taken up by its own version only.

Left to itself, DBOS takes a hash of the source for it, so that any change of a workflow's text
leaves what is pending behind for ever (tried). Ours is a number of our own. It changes only when
work that an older program has begun cannot be gone on with: when a step is taken away, put before
another or given a new name. What was begun under the older number is then broken off at the start,
and the sweep begins it anew; each step bears being done twice.

========  ==========================================================================
Version   What changed
========  ==========================================================================
1         the first
========  ==========================================================================
"""

from __future__ import annotations

APPLICATION = "mapokezi"
APPLICATION_VERSION = "1"
EXECUTOR = "desk"
"""Whose work is taken up at a start: there is one desk."""
