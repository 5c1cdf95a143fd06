"""The serverless platform. No Flask, no database, no clock of its own, and it never reads the trace."""
