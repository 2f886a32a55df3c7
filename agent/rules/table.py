"""Which answer belongs to which intent."""

from collections.abc import Callable

from agent.rules import answers, facts
from agent.rules.answers import Found
from agent.rules.intents import Intent
from runcoach.i18n import t

type Answer = Callable[[Found, str], str]


def answer(intent: Intent, found: Found, language: str) -> str:
    """The answer; a tool that failed gives an apology with a next step."""
    if any("error" in result for result in found.values()):
        return t("coach.answer.tool_failed", language)
    return _ANSWERS[intent](found, language)


def _says(key: str) -> Answer:
    return lambda found, language: t(key, language)


def _on_day(of: Callable[[Found, str, int], str], offset: int) -> Answer:
    return lambda found, language: of(found, language, offset)


_ANSWERS: dict[Intent, Answer] = {
    Intent.INJURY: _says("coach.answer.injury"),
    Intent.HELP: _says("coach.answer.help"),
    Intent.DECIDE: _says("coach.answer.decide"),
    Intent.CONNECT: _says("coach.answer.connect"),
    Intent.DELETE: _says("coach.answer.delete"),
    Intent.WEATHER: _says("coach.answer.weather"),
    Intent.DAYS_OFF: _says("coach.answer.days_off"),
    Intent.THANKS: _says("coach.answer.thanks"),
    Intent.PLAN_FOR_RACE: _says("coach.answer.plan_for_race"),
    Intent.PLAN_REQUEST: answers.proposed,
    Intent.WHY_CHANGED: answers.why_changed,
    Intent.WHY_FORM: facts.why_form,
    Intent.TODAY: _on_day(answers.day_answer, 0),
    Intent.TOMORROW: _on_day(answers.day_answer, 1),
    Intent.MAY_RUN_TODAY: _on_day(facts.may_run, 0),
    Intent.MAY_RUN_TOMORROW: _on_day(facts.may_run, 1),
    Intent.WEEK: answers.week_answer,
    Intent.LAST_RUN: answers.last_run,
    Intent.RECENT: answers.recent,
    Intent.LAST_WEEK: facts.totals,
    Intent.THIS_WEEK: facts.totals,
    Intent.LAST_MONTH: facts.totals,
    Intent.THIS_MONTH: facts.totals,
    Intent.LAST_YEAR: facts.totals,
    Intent.THIS_YEAR: facts.totals,
    Intent.BESTS: facts.bests,
    Intent.RACE: facts.race,
    Intent.HEART_RATES: facts.heart_rates,
    Intent.THRESHOLD: facts.threshold,
    Intent.PACES: answers.training_paces,
    Intent.EASY_PACE: answers.easy_pace,
    Intent.BODY: answers.body_answer,
    Intent.LOAD: answers.loads,
    Intent.PREDICTION: answers.predictions,
    Intent.FITNESS: answers.fitness,
    Intent.PROFILE: answers.profile_answer,
}
