"""CloudWatch Logs in the store: groups, streams and events as rows, written by the journal only."""
