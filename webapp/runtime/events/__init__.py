"""Asynchronous invocation: events from their acceptance to the end of their records."""
