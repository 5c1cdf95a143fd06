"""CloudWatch Logs: groups, streams, events, and the language of filter patterns."""
