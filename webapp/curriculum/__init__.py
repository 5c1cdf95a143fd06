"""Lessons as data: read from files, told step by step, checked on facts.

Imports only ``webapp.trace`` and libraries for text: no Flask, no runtime, no database, no clock.
"""
