"""What a question is about, by its words, Korean or English."""

import re
from enum import StrEnum

from runcoach.domain.chat import ToolCall


class Intent(StrEnum):
    """What the rule coach can answer."""

    INJURY = "injury"
    PLAN_REQUEST = "plan_request"
    WHY_CHANGED = "why_changed"
    TODAY = "today"
    TOMORROW = "tomorrow"
    WEEK = "week"
    LAST_RUN = "last_run"
    RECENT = "recent"
    EASY_PACE = "easy_pace"
    PACES = "paces"
    BODY = "body"
    LOAD = "load"
    PREDICTION = "prediction"
    FITNESS = "fitness"
    PROFILE = "profile"
    HELP = "help"


_MAKE = r"(?:make|create|build|write|generate|draft|propose|update|redo|new)"
_RULES: tuple[tuple[Intent, tuple[str, ...]], ...] = (
    (
        Intent.INJURY,
        (
            r"아프|아파|통증|부상|다쳤|쑤시|저려|감기|몸살",
            r"\bpains?\b|\bhurts?\b|injur|\bsore\b|aching|\bsick\b|\bill\b",
        ),
    ),
    (
        Intent.WHY_CHANGED,
        (
            r"왜.*(?:바뀌|바꿨|달라|변경|줄었|늘었)|(?:바뀐|변경된|달라진) 이유",
            r"뭐가 바뀌|무엇이 바뀌",
            r"why.*(?:chang|differ|less|more|cut)|what.*chang",
        ),
    ),
    (
        Intent.PLAN_REQUEST,
        (
            r"(?:계획|플랜|훈련표|스케줄|프로그램).{0,12}(?:만들|짜|세워|세우)",
            r"(?:계획|플랜|훈련표)을?\s?(?:좀\s?|하나\s?)?(?:줘|주세요)",
            r"(?:계획|플랜|훈련표|스케줄|프로그램).{0,12}(?:부탁|새로|다시|제안|작성)",
            r"(?:새|새로운) (?:계획|플랜)",
            rf"\b{_MAKE}\b.{{0,24}}\b(?:plan|schedule|program)\b",
            r"\b(?:need|want|give me) an?\b.{0,24}\b(?:plan|schedule|program)\b|\bplan my\b",
        ),
    ),
    (
        Intent.PREDICTION,
        (
            r"예상|예측|몇 (?:분|시간)에|기록이? (?:나올|가능)|완주 ?시간",
            r"(?:하프|풀|마라톤|10\s?[kK]|5\s?[kK]).{0,14}(?:얼마나 걸|몇 시간|몇 분|가능할까|뛸 수)",
            r"predict|finish time|race time|how fast (?:can|could)|what (?:time )?(?:can|could) I run",
            r"(?:half|marathon|10k|5k).{0,16}\b(?:time|potential)\b|\btime\b.{0,24}(?:half|marathon|10k|5k)",
        ),
    ),
    (
        Intent.EASY_PACE,
        (
            r"(?:이지|조깅|편하게|편한|쉬운|천천히|회복주|느린).{0,16}(?:페이스|속도|빠르기|몇 분)",
            r"(?:이지|조깅)(?:는|은)? ?(?:얼마나|어떻게)",
            r"\beasy\b.{0,24}\b(?:pace|speed|fast|slow)|\b(?:pace|speed|fast|slow)\b.{0,32}\beasy\b",
        ),
    ),
    (
        Intent.PACES,
        (
            r"(?:훈련|역치|인터벌|마라톤|템포) ?페이스|페이스.{0,8}(?:얼마|어떻게|몇|알려)|몇 분 페이스",
            r"training pace|what pace|which pace|\bpaces\b|(?:threshold|interval|tempo|marathon) pace",
        ),
    ),
    (
        Intent.BODY,
        (
            r"수면|잠(?:은|을|이| )|잤|HRV|심박 ?변이|안정시? ?심박|안정 시 심박|휴식 심박",
            r"\bsleep|\bslept|\bHRV\b|heart rate variability|resting (?:heart rate|hr|pulse)",
        ),
    ),
    (
        Intent.LOAD,
        (
            r"부하|훈련량|주간 거리|마일리지",
            r"(?:이번 ?주|금주).{0,16}(?:지난 ?주|저번 ?주)",
            r"(?:지난 ?주|저번 ?주).{0,4}(?:보다|대비|에 비해|랑 비교)",
            r"\bload\b|mileage|training volume|this week.{0,24}last week",
            r"(?:than|with|vs\.?|versus|to) last week",
        ),
    ),
    (Intent.FITNESS, (r"(?:체력|컨디션|피로|몸 ?상태).{0,10}(?:어때|어떤|어떻|괜찮|쌓)",)),
    (Intent.TOMORROW, (r"내일|tomorrow",)),
    (
        Intent.LAST_RUN,
        (
            r"(?:어제|마지막|방금|최근|오늘|아까).{0,6}(?:러닝|달리기|런|운동|훈련).{0,10}(?:어땠|어떻)",
            r"(?:어제|마지막|방금|최근|오늘|아까).{0,6}(?:러닝|달리기|런|운동|훈련).{0,10}(?:분석|평가)",
            r"(?:latest|yesterday'?s|today'?s|my) run.{0,12}(?:go|look|do\b|analy|how)",
            r"how (?:was|did) .{0,16}run|last run",
        ),
    ),
    (
        Intent.RECENT,
        (
            r"최근|지난|얼마나 (?:뛰|달)|기록.{0,6}(?:보여|알려|목록)",
            r"recent|last (?:few|\d+)|past (?:week|month)|history",
        ),
    ),
    (Intent.TODAY, (r"오늘|today",)),
    (
        Intent.WEEK,
        (
            r"이번 ?주|일정|주간|계획|플랜|다음 (?:운동|훈련)",
            r"this week|schedule|\bplan\b|upcoming|next (?:workout|run)",
        ),
    ),
    (
        Intent.FITNESS,
        (
            r"체력|컨디션|폼|피로|상태|부하|레이스 지수|회복|실력|CTL|ATL|TSB",
            r"fitness|\bform\b|fatigue|shape|load|ready|readiness|recover|race index|tired",
        ),
    ),
    (Intent.PROFILE, (r"목표|프로필|설정|내 정보|goals?\b|profile|settings",)),
)
_PATTERNS = tuple((intent, re.compile("|".join(parts), re.I)) for intent, parts in _RULES)


def intent_of(question: str) -> Intent:
    """The first rule that fits; help where none does."""
    return next((intent for intent, pattern in _PATTERNS if pattern.search(question)), Intent.HELP)


_CALLS: dict[Intent, tuple[tuple[str, dict[str, object]], ...]] = {
    Intent.PLAN_REQUEST: (("propose_plan", {"reason": "requested"}),),
    Intent.WHY_CHANGED: (("get_plan", {"weeks": 2}),),
    Intent.TODAY: (("get_plan", {"weeks": 2}),),
    Intent.TOMORROW: (("get_plan", {"weeks": 2}),),
    Intent.WEEK: (("get_plan", {"weeks": 2}),),
    Intent.LAST_RUN: (("get_recent_activities", {"limit": 1, "days": 60}),),
    Intent.RECENT: (("get_recent_activities", {"limit": 5, "days": 42}),),
    Intent.PACES: (("get_fitness", {}),),
    Intent.EASY_PACE: (("get_fitness", {}),),
    Intent.BODY: (("get_fitness", {}),),
    Intent.LOAD: (("get_fitness", {}),),
    Intent.PREDICTION: (("get_fitness", {}),),
    Intent.FITNESS: (("get_fitness", {}),),
    Intent.PROFILE: (("get_profile", {}),),
}


def calls_for(intent: Intent) -> tuple[ToolCall, ...]:
    """The tools that the answer needs; () = none."""
    return tuple(
        ToolCall(id=f"rule-{number}-{name}", name=name, arguments=dict(arguments))
        for number, (name, arguments) in enumerate(_CALLS.get(intent, ()), start=1)
    )


def language_of(question: str, otherwise: str) -> str:
    """Korean where there is Hangul, English where there are several words of letters, else `otherwise`."""
    if re.search(r"[가-힣]", question):
        return "ko"
    return "en" if len(re.findall(r"[A-Za-z]{2,}", question)) >= 2 else otherwise
