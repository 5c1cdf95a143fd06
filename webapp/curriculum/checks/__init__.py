"""The checks that a lesson can name: folds over the facts of its lab."""
