"""Signature Version 4: what a request claims to be signed with, and whether it is. Pure."""
