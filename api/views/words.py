"""Codes from closed lists as sentences."""

from runcoach.i18n import has, t


def phrase(key: str, language: str, **values: object) -> str | None:
    """The sentence of a catalogue key; None where nobody has written it, or a value is missing."""
    if not has(key):
        return None
    try:
        return t(key, language, **values)
    except KeyError:
        return None


def word(group: str, code: str, language: str, **values: object) -> str:
    """`<group>.<code>` in words; the code itself is better than nothing."""
    return phrase(f"{group}.{code}", language, **values) or phrase(code, language, **values) or code
