"""Words for people: two catalogues with the same keys, and the formats of numbers and dates."""

from runcoach.i18n.catalogue import DEFAULT_LANGUAGE, LANGUAGES, has, keys, language_or_default, t
from runcoach.i18n.error_texts import ErrorText, error_text

__all__ = [
    "DEFAULT_LANGUAGE",
    "LANGUAGES",
    "ErrorText",
    "error_text",
    "has",
    "keys",
    "language_or_default",
    "t",
]
