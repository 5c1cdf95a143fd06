"""What a lab's buttons do as commands for a terminal. Pure, but for ``commands``, the page."""
