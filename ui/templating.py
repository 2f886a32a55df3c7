"""HTML from templates that escape everything; a screen's Python computes, its template shows."""

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from runcoach.i18n import formats
from ui.look import asset
from ui.words import Words
from ui.workouts import bars

_HERE = Path(__file__).parent
_environment = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_environment.globals.update(MISSING=formats.MISSING, asset=asset, bars=bars)


def render(template: str, words: Words, **values: Any) -> str:
    """The template in the words of the reader. Every value is escaped unless it is `Markup`."""
    speech = {"w": words, "t": words.t, "lang": words.language}
    return _environment.get_template(template).render(**speech, **values)


def markup(template: str, words: Words, **values: Any) -> Markup:
    """The same, to be put into another template as it is."""
    return Markup(render(template, words, **values))  # noqa: S704 - it was escaped by `render`
