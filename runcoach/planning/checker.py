"""Checks a plan, whoever wrote it: the planner, the model, or the runner by hand."""

from collections.abc import Callable, Iterator

from runcoach.domain.plan import PlanDraft, RuleResult
from runcoach.planning.request import PlanRequest
from runcoach.planning.rules import days, intensity, loads, shape
from runcoach.planning.rules.facts import Facts, passed

type Rule = Callable[[Facts], Iterator[RuleResult]]

RULES: dict[str, Rule] = {
    "nine_weeks": shape.nine_weeks,
    "totals": shape.totals,
    "locked_kept": shape.locked_kept,
    "framed": shape.framed,
    "availability": days.availability,
    "hard_days_apart": days.hard_days_apart,
    "quality_per_week": days.quality_per_week,
    "rest_day": days.rest_day,
    "rest_when_unwell": days.rest_when_unwell,
    "around_race": days.around_race,
    "weekly_cap": loads.weekly_cap,
    "deload": loads.deload,
    "long_share": loads.long_share,
    "run_spike": loads.run_spike,
    "return_ramp": loads.return_ramp,
    "taper": loads.taper,
    "quality_share": intensity.quality_share,
    "easy_share": intensity.easy_share,
    "pace_sanity": intensity.pace_sanity,
}
"""In the order in which they are shown; each name is a key `rule.<name>` in both catalogues."""

MOST_PER_RULE = 5


def check_plan(draft: PlanDraft, request: PlanRequest) -> tuple[RuleResult, ...]:
    """Every rule once where it holds, else the first places where it does not."""
    facts = Facts(draft, request)
    results: list[RuleResult] = []
    for name, rule in RULES.items():
        found = tuple(rule(facts))[:MOST_PER_RULE]
        results.extend(found or (passed(name),))
        if name == "nine_weeks" and found:
            return tuple(results)
    return tuple(results)
