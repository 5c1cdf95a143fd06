"""The facts, by the noun that each is about. ``trace.events`` is their closed list."""
