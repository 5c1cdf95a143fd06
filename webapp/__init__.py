"""Coldstart: a course on serverless with the platform inside. This package imports nothing."""
