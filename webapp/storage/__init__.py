"""What survives a restart: rows, and the one thread that writes them. No Flask, no decisions.

Effects are written by the journal only; reads run on whichever thread asks.
"""
