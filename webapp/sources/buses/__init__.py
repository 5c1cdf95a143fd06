"""EventBridge: buses, rules, and events on their way to targets. No database, no clock of its own.

``event`` to ``retries`` are plain data and decisions; ``router`` and ``deliveries`` do.
"""
