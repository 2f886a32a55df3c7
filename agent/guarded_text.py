"""Text that others wrote (activity names, notes): data for the coach, never an instruction."""

import re
import unicodedata

MOST_CHARS = 80
_SPACES = re.compile(r"\s+")
_MARKUP = str.maketrans("", "", "<>{}[]`|")


def fenced(text: str | None) -> dict[str, str] | None:
    """Short, on one line, without markup or control characters, under a key that says what it is."""
    if not text:
        return None
    visible = "".join(
        char if not unicodedata.category(char).startswith("C") else " "
        for char in unicodedata.normalize("NFC", text)
    )
    clean = _SPACES.sub(" ", visible.translate(_MARKUP)).strip()
    return {"untrusted_text": clean[:MOST_CHARS]} if clean else None
