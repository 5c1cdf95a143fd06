"""Pure folds over facts: what a person sees of a lab.

No clock, no IO, no platform: an entry goes in, rows come out. Imports only ``webapp.trace``.
"""

from webapp.trace.projections.view import LabView

__all__ = ["LabView"]
