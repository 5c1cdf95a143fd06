"""The boards of a lab's queues, topics, buses, buckets and schedules: pages, and what they show."""
