"""Execution environments: from their birth to what a caller gets of their end."""
