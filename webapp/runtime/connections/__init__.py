"""Where an environment connects: its Runtime API, and the gateway to services of its lab."""
