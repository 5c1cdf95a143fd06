"""Queues as SQS has them: plain data with the time as an argument, live queues, their moves."""
