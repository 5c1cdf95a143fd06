"""The checks that a lesson can name: pure predicates over the facts of its lab."""
