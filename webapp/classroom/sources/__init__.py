"""What stands around a lab's functions: made, put back, shown on boards and worked by a learner."""
