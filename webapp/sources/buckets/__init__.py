"""Buckets of objects, as S3 has them: versions, uploads in parts, notifications. No web, no SQL.

What is in a bucket is in memory and on disk; what objects hold is in files of its own, which only
``ports.Bodies`` knows. Everything but ``buckets``, ``live_bucket`` and ``notifying`` is pure.
"""
