"""What authors of lessons run: a proof that lessons hold, and a first draft to begin with."""
