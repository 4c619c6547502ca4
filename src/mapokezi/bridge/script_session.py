"""A voice that follows a script file: no recogniser, no model, always the same words.

The caller's voice is found by its level alone, so a script can be held up to any number of calls.
"""

from __future__ import annotations
