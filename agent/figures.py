"""Figures as tools show them: the number in SI, and the words in which a runner reads it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from runcoach.domain.figures import Figure
from runcoach.i18n import formats, has, t

type Shown = dict[str, Any]

_DIGITS = {"index": 1, "%": 1, "ratio": 2, "kg": 1, "ms": 0}
_SIGNED = ("tsb",)
"""Form is read with its sign, as on the first screen."""

_PLAIN_UNITS = {"bpm": "bpm", "spm": "spm", "W": "W", "kg": "kg", "ms": "ms", "TRIMP": "", "days": ""}


def shown(
    key: str,
    value: float | int | str | None,
    unit: str,
    language: str,
    units: str,
    *,
    as_of: date | None = None,
    reason: str | None = None,
) -> Shown:
    """One figure: key, name, value, unit and `text`; without a value the reason in words."""
    figure: Shown = {
        "definition_key": key,
        "name": _name(key, language),
        "value": _rounded(value),
        "unit": unit,
    }
    if as_of is not None:
        figure["as_of"] = as_of.isoformat()
    if value is None:
        figure["reason"] = _reason(reason, language)
        figure["text"] = formats.MISSING
    elif isinstance(value, str):
        figure["text"] = _word(key, value, language)
    else:
        figure["text"] = formats.signed(value) if key in _SIGNED else text_of(value, unit, units)
    return figure


def shown_figure(figure: Figure, language: str, units: str) -> Shown:
    """A figure of the science room."""
    value = figure.value if not isinstance(figure.value, bool) else str(figure.value)
    reason = figure.reason.value if figure.reason else None
    return shown(
        figure.definition_key, value, figure.unit, language, units, as_of=figure.as_of, reason=reason
    )


def shown_stored(key: str, stored: Mapping[str, Any], language: str, units: str) -> Shown:
    """A figure of the weekly profile, which is kept as JSON; `key` may carry a zone or a distance."""
    as_of = stored.get("as_of")
    name = str(stored.get("definition_key", key))
    figure = shown(
        name,
        stored.get("value"),
        str(stored.get("unit", "")),
        language,
        units,
        as_of=date.fromisoformat(as_of) if as_of else None,
        reason=stored.get("reason"),
    )
    return figure | ({"of": key.removeprefix(f"{name}.")} if key != name else {})


def text_of(value: float | int, unit: str, units: str) -> str:
    """The value as a runner reads it."""
    match unit:
        case "m":
            return formats.distance(value, units)
        case "s":
            return formats.clock(value)
        case "s/km":
            return formats.pace(value, units)
        case "degC":
            return formats.temperature(value, units)
        case "load/day" | "load":
            return formats.signed(value) if value < 0 else formats.number(value)
        case "%":
            return f"{formats.number(value, 1)} %"
    return formats.number(value, _DIGITS.get(unit, 0), _PLAIN_UNITS.get(unit, ""))


def _word(key: str, value: str, language: str) -> str:
    name = f"class.{key}.{value}"
    return t(name, language) if has(name) else value


def _name(key: str, language: str) -> str:
    return t(f"metric.{key}", language) if has(f"metric.{key}") else key


def _reason(reason: str | None, language: str) -> str | None:
    if reason is None:
        return None
    return t(f"reason.{reason}", language) if has(f"reason.{reason}") else reason


def _rounded(value: float | int | str | None) -> float | int | str | None:
    return round(value, 2) if isinstance(value, float) else value
