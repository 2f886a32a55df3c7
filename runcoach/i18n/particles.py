"""Korean particles follow the last sound of the word before them: Garmin을, Strava를, 3을, 8로."""

_WITH_FINAL_DIGITS = "013678"
_WITH_FINAL_LETTERS = "lmn"
_UNITS_WITH_OPEN_END = ("km", " m", "%")
_RIEUL = 8  # ㄹ as a final consonant: takes 로, not 으로


def with_particle(word: str, pair: str) -> str:
    """`word` with the fitting one of `pair`, written "with final consonant/without": "을/를", "으로/로"."""
    closed, open_ = pair.split("/")
    final = _final_sound(word)
    if closed == "으로" and final == "ㄹ":
        return word + open_
    return word + (closed if final else open_)


def _final_sound(word: str) -> str:
    """ "" for a vowel, "ㄹ", or "x" for any other final consonant of the last letter or digit."""
    last = next((char for char in reversed(word) if char.isalnum()), "")
    if not last or word.endswith(_UNITS_WITH_OPEN_END):
        return ""
    if "가" <= last <= "힣":
        index = (ord(last) - ord("가")) % 28
        return "" if index == 0 else "ㄹ" if index == _RIEUL else "x"
    if last.isdigit():
        return "ㄹ" if last in "178" else "x" if last in _WITH_FINAL_DIGITS else ""
    if last.lower() in _WITH_FINAL_LETTERS:
        return "ㄹ" if last.lower() == "l" else "x"
    return ""
