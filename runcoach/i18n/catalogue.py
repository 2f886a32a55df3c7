"""The catalogues: flat keys to sentences, one TOML file per subject and language.

A sentence's placeholders are `{name}`; in Korean `{name:을/를}` adds the particle that fits the word.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from string import Formatter
from types import MappingProxyType
from typing import Any

from runcoach.i18n.particles import with_particle

LANGUAGES = ("ko", "en")
DEFAULT_LANGUAGE = "ko"


def t(key: str, language: str, /, **values: object) -> str:
    """The sentence `key` in `language`, filled. KeyError: no such key, or a placeholder without a value.

    Values that the sentence doesn't name are ignored, so that two languages may word things differently.
    """
    return _FORMATTER.vformat(catalogue(language_or_default(language))[key], (), values)


def has(key: str) -> bool:
    """Whether both catalogues know `key`."""
    return all(key in catalogue(language) for language in LANGUAGES)


def keys(prefix: str = "") -> tuple[str, ...]:
    """Every key that starts with `prefix`, in order."""
    return tuple(sorted(key for key in catalogue(DEFAULT_LANGUAGE) if key.startswith(prefix)))


def placeholders(sentence: str) -> frozenset[str]:
    """Names of the placeholders of a sentence."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def language_or_default(tag: str | None) -> str:
    """The catalogue for a language tag: `en-US` → `en`, anything unknown → `ko`."""
    primary = (tag or "").replace("_", "-").split("-")[0].lower()
    return primary if primary in LANGUAGES else DEFAULT_LANGUAGE


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """All sentences of a language. ValueError where two files have the same key."""
    sentences: dict[str, str] = {}
    for subject in sorted(_subjects(language)):
        for key, sentence in _read(language, subject).items():
            if key in sentences:
                raise ValueError(f"{language}/{subject}: {key} is there twice")
            sentences[key] = sentence
    return MappingProxyType(sentences)


def _subjects(language: str) -> list[str]:
    folder = files(__package__) / "catalogues" / language
    return [entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")]


def _read(language: str, subject: str) -> dict[str, str]:
    path = files(__package__) / "catalogues" / language / subject
    return {key: str(value) for key, value in tomllib.loads(path.read_text("utf-8")).items()}


class _SentenceFormatter(Formatter):
    """Attribute and index access are off; a format with a slash is a Korean particle."""

    def get_field(self, field_name: str, args: Any, kwargs: Any) -> tuple[Any, str]:
        return kwargs[field_name], field_name

    def format_field(self, value: Any, format_spec: str) -> str:
        if "/" in format_spec:
            return with_particle(str(value), format_spec)
        return str(format(value, format_spec))


_FORMATTER = _SentenceFormatter()
