"""What environments write and what is written of them. Pure, but for the pipe."""
