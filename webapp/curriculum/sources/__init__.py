"""What stands around a lab's functions, as data: what it is at the start, and how it is written."""
