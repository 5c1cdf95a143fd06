"""Function URLs: the event that a request becomes, and the answer that a result becomes (7.3)."""
