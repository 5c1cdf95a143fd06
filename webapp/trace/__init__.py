"""What happened: facts, the log that keeps them, and pure folds over them.

Imports nothing of the platform, the web or the database.
"""
