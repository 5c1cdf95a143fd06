"""What a run measures: each module opens the contestants of one part."""
