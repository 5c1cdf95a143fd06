"""Function URLs: how they are configured, and who may call."""
