"""Plans: nine weeks made from a request, checked by rules of their own, compared with the plan before.

Everything here is a function of values: no I/O, no clock, no randomness. The same request gives the same
plan, down to the workout ids.
"""

from runcoach.planning.checker import check_plan
from runcoach.planning.completion import match_completions
from runcoach.planning.diff import diff
from runcoach.planning.planner import make_plan
from runcoach.planning.request import Flag, IndexEstimate, PlanRequest
from runcoach.planning.review import Adjustment, WeekReview, cascade, review_week
from runcoach.planning.signals import Signals, flags_of, worst_spike

__all__ = [
    "Adjustment",
    "Flag",
    "IndexEstimate",
    "PlanRequest",
    "Signals",
    "WeekReview",
    "cascade",
    "check_plan",
    "diff",
    "flags_of",
    "make_plan",
    "match_completions",
    "review_week",
    "worst_spike",
]
