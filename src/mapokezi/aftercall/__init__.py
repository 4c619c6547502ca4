"""What is done after a call, durably: found by a sweep, carried out in steps, never forgotten."""
