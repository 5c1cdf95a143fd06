"""The story of each segment, and what it is called. Pure: facts in, sentences out."""
