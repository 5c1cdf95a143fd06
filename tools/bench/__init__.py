"""Benchmarks: the product beside the physical floors of the same run, as ratios."""
