"""The AWS door: AWS's wire protocols in front of the platform. Reads no settings, keeps no state.

Shapes of requests are checked here, from the service models; rules and limits are the platform's
(rule 28). No page comes from here, and nothing is evaluated that AWS's IAM would evaluate.
"""
