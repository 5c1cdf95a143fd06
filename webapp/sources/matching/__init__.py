"""The pattern language that SNS and EventBridge share. Pure: no IO, no clock.

A pattern says for fields of a JSON object what they may be. ``pattern.Pattern`` tells whether an
object is as it says and, if not, which field decided. What differs between services stands in a
``dialect.Dialect``.
"""
