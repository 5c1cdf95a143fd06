"""Coldstart: a course on serverless with a serverless platform inside; this package imports nothing."""
