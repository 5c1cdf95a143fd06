"""Starts learners' code in walled processes. Nothing here knows functions, pools or invocations."""
