"""Wire formats, compiled once per operation from botocore's models. Pure: no platform, no Flask.

Readers are the inverse of botocore's serializers, writers that of its parsers; a request is a
mapping by member name, with blobs as ``bytes`` and timestamps as aware ``datetime``.
"""
