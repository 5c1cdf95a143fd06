"""The page ``/patterns``: every partial in every state, made up for it."""
