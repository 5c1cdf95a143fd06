"""What a user would pick instead: each peer is installed in a folder of its own and measured."""
