"""Signs that need a doctor, not a coach: answered by a fixed text, without a model."""

import re

from runcoach.i18n import t

_FLAGS: tuple[tuple[str, str], ...] = (
    (
        "heart",
        r"chest (?:pain|tight|pressure)|(?:pain|tight\w*|pressure) in (?:my|the) chest"
        r"|palpitation|irregular heart"
        r"|가슴(?:이|에|의|쪽)?\s?(?:통증|아프|아파|답답|조이|조여|쥐어)|흉통|심장이?\s?(?:아프|아파|불규칙|멎)",
    ),
    (
        "fainting",
        r"faint(?:ed|ing)?\b|pass(?:ed|ing)? out|black(?:ed|ing)? out|collapsed|lost consciousness"
        r"|실신|기절|의식을?\s?잃|쓰러졌|쓰러질",
    ),
    (
        "breath",
        r"can(?:'t|not|’t) breathe|short(?:ness)? of breath at rest|cough(?:ing|ed)? (?:up )?blood"
        r"|숨(?:을|이)?\s?(?:못 쉬|안 쉬어|쉴 수 없|막혀)|피를?\s?토|각혈",
    ),
    (
        "heat",
        r"heat ?stroke|stopped sweating|confused? (?:and|in the heat)|열사병|땀이 (?:안 나|멈)",
    ),
    (
        "nerves",
        r"numb(?:ness)? (?:on|in) (?:one|my (?:left|right)) (?:side|arm|face)|slurred speech"
        r"|한쪽\s?(?:팔|다리|얼굴|몸)\S{0,3}\s?(?:마비|저리|감각)|말이 어눌",
    ),
    (
        "fracture",
        r"stress fracture|can(?:'t|not|’t) (?:put|bear) (?:any )?weight"
        r"|피로\s?골절|발을?\s?디딜 수 없|체중을?\s?실을 수 없",
    ),
)
_PATTERNS = tuple((name, re.compile(pattern, re.I)) for name, pattern in _FLAGS)
_DENIED_BEFORE = re.compile(r"(?:\bno|\bnot|\bwithout|\bnever|n't|n’t)\s+(?:\w+\s+){0,2}$", re.I)
_DENIED_AFTER = re.compile(r"^[은는이가도을를]?\s?(?:전혀 )?(?:없|아니|안 )")


def red_flag(question: str) -> str | None:
    """Which sign the question names, such as heart or fainting; None where none is, or it is denied."""
    for name, pattern in _PATTERNS:
        for match in pattern.finditer(question):
            before, after = question[: match.start()], question[match.end() :]
            if not _DENIED_BEFORE.search(before) and not _DENIED_AFTER.match(after):
                return name
    return None


def red_flag_answer(question: str, language: str) -> str | None:
    """The fixed answer, None where the coach may answer."""
    name = red_flag(question)
    if name is None:
        return None
    return f"{t(f'coach.red_flag.{name}', language)} {t('coach.red_flag.what_to_do', language)}"
