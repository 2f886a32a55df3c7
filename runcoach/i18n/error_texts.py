"""A failure as two plain sentences: what happened, and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass

from runcoach.i18n.catalogue import has, t
from runcoach.i18n.formats import MISSING, rough_duration


@dataclass(frozen=True)
class ErrorText:
    """What a runner reads when something failed."""

    what: str
    next_step: str

    def __str__(self) -> str:
        return f"{self.what} {self.next_step}"


def error_text(code: str, language: str, data: Mapping[str, object] | None = None) -> ErrorText:
    """Both sentences of `error.<code>`; an unknown code reads as `internal`.

    A missing datum reads as a general word. Words inside `data` (provider, reason, rule, decision) are
    translated, `retry_after_s` becomes `when`.
    """
    known = code if has(f"error.{code}") else "internal"
    values = _values(language, data or {})
    return ErrorText(t(f"error.{known}", language, **values), t(f"error.{known}.next", language, **values))


def _values(language: str, data: Mapping[str, object]) -> dict[str, object]:
    filled = {name: MISSING if value is None else value for name, value in data.items()}
    return filled | {
        "provider": _word("provider", data.get("provider"), language),
        "reason": _word("file_reason", data.get("reason"), language),
        "rule": _word("rule", data.get("rule"), language),
        "decision": _word("decision", data.get("decision"), language),
        "field": _word("field", data.get("field"), language, keep_unknown=True),
        "when": _when(data.get("retry_after_s"), language),
    }


def _word(group: str, value: object, language: str, *, keep_unknown: bool = False) -> str:
    key = f"{group}.{value}"
    if value is not None and has(key):
        return t(key, language)
    if keep_unknown and value is not None:
        return str(value)
    return t(f"{group}.other", language)


def _when(retry_after_s: object, language: str) -> str:
    if isinstance(retry_after_s, int | float) and not isinstance(retry_after_s, bool) and retry_after_s > 0:
        return t("when.in", language, duration=rough_duration(float(retry_after_s), language))
    return t("when.later", language)
