"""Presses as the front matter writes them: a label and one action."""
