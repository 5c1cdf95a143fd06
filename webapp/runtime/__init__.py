"""The serverless platform. No Flask, no database, no clock of its own; never reads the trace."""
