"""What a question is about, by its words, Korean or English."""

import re

from agent.rules.kinds import Intent as Intent
from runcoach.domain.chat import ToolCall

_RUN_KO = r"(?:뛰어도|달려도|뛸까|달릴까|쉬어야|쉴까|쉬어도|뛰어야 ?(?:할까|하나))"
_RUN_EN = r"\b(?:should|can|may) I (?:still )?(?:run|train|rest|go running)\b|ok(?:ay)? to (?:run|train)\b"
_HOW_FAR_KO = r"(?:몇 ?(?:km|킬로|키로|번|시간)|얼마나|총|합계|거리|모두).{0,10}(?:뛰|달|돼|야|였|했|어|이|$)"
_HOW_FAR_EN = r"how (?:far|many|much|often|long)\b|\bdistance\b|\btotal\b|\bkm\b|kilomet|\bmiles\b"
_RACE_KO = r"(?:\d+ ?(?:km|킬로|k\b)|하프|풀|마라톤|대회)"
_SOON_KO = r"\d+ ?(?:주|달|개월|일) ?(?:뒤|후|안|동안|남)|\d+월 ?\d+일"
_RACE_EN = r"(?:\b\d+ ?km?\b|\bhalf\b|marathon|\brace\b)"
_SOON_EN = r"\bin (?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve) (?:weeks?|months?|days?)\b"


def _far(ko: str, en: str) -> tuple[str, ...]:
    """How far in a span: the span and the question in either order."""
    return (
        rf"(?:{ko}).{{0,24}}{_HOW_FAR_KO}",
        rf"(?:{_HOW_FAR_EN}).{{0,40}}(?:{en})",
        rf"(?:{en}).{{0,30}}(?:{_HOW_FAR_EN})",
    )


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
        Intent.CONNECT,
        (
            r"(?:가민|스트라바|garmin|strava).{0,40}(?:연결|로그인|접속)|비밀번호",
            r"\b(?:connect|link|log ?in(?:to)?|sign ?in)\b.{0,30}(?:garmin|strava)|\bpassword\b",
        ),
    ),
    (
        Intent.DELETE,
        (
            r"(?:기록|활동|계정|데이터|러닝|계획).{0,8}(?:지워|삭제|없애)",
            r"\b(?:delete|erase|wipe)\b.{0,30}(?:run|activit|account|data|history|plan|everything)",
        ),
    ),
    (
        Intent.DECIDE,
        (
            r"승인(?:을|도)? ?(?:해|부탁|하고|처리)|(?:대신|알아서).{0,16}승인|거절 ?해",
            r"(?:워치|시계|가민).{0,8}(?:보내|전송|넣어)",
            r"\bapprove\b|\breject (?:the|my|this)\b|\b(?:send|push)\b.{0,24}\b(?:watch|garmin)\b",
        ),
    ),
    (
        Intent.WEATHER,
        (
            r"날씨|기온|미세 ?먼지|(?<![준대])비가? ?(?:와|올|온|오면)",
            r"\bweather\b|\bforecast\b|\brain(?:ing|y)?\b|air quality",
        ),
    ),
    (
        Intent.WHY_FORM,
        (
            r"왜.{0,12}(?:TSB|CTL|ATL|컨디션|체력|피로)|(?:TSB|CTL|ATL).{0,6}(?:왜|뭐|뭔|의미|뜻|무슨|이란|란)",
            r"why\b.{0,20}(?:TSB|CTL|ATL|\bform\b|fitness|fatigue)",
            r"what (?:is|does|are|do)\b.{0,12}\b(?:TSB|CTL|ATL)\b",
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
        Intent.PLAN_FOR_RACE,
        (
            rf"(?=.*{_SOON_KO})(?=.*{_RACE_KO}).*(?:계획|플랜|훈련표|프로그램)",
            rf"(?=.*{_SOON_EN})(?=.*{_RACE_EN}).*\b(?:plan|schedule|program)\b",
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
        Intent.DAYS_OFF,
        (
            r"출장|여행|휴가|(?:요일|날).{0,6}(?:바꾸|바꿔|안 ?돼|못)|못 ?뛰",
            r"\btravel|\btrip\b|\bvacation|\bholiday|\bcan(?:'|no)t run on\b|change (?:my|the) days",
        ),
    ),
    (
        Intent.BESTS,
        (
            r"(?:제일|가장|최고).{0,12}(?:빠른|빨리|빨랐|기록)|개인 ?(?:최고|기록)|\bP[BR]\b|베스트",
            r"\bP[BR]s?\b|personal (?:best|record)|best (?:effort|time|5k|10k|half)|\bfastest\b",
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
        Intent.HEART_RATES,
        (
            r"최대 ?심박|역치 ?심박|심박 ?존|심박수? ?(?:구간|영역)|LTHR",
            r"max(?:imum|imal)? (?:heart|hr\b)|(?:heart ?rate|hr) zones?|\bLTHR\b",
            r"threshold (?:heart|hr\b)|\bmy zones\b",
        ),
    ),
    (
        Intent.THRESHOLD,
        (
            r"역치(?!.{0,4}(?:훈련|런|달리기))",
            r"\b(?:my|what(?:'s| is)) .{0,12}threshold\b|lactate threshold",
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
    (
        Intent.RACE,
        (
            r"(?:다음|다가오는|목표|내) ?(?:대회|레이스)(?! ?지수)",
            r"대회.{0,6}(?:언제|며칠|얼마나 남|까지)|디데이|D-?day",
            r"\b(?:next|upcoming|my|goal) race\b(?! ?(?:index|time|predict))|when.{0,12}\brace\b|race day",
        ),
    ),
    (Intent.LAST_WEEK, _far(r"지난 ?주|저번 ?주|전 ?주", r"last week|previous week")),
    (Intent.THIS_WEEK, _far(r"이번 ?주|금주", r"this week")),
    (Intent.LAST_MONTH, _far(r"지난 ?달|저번 ?달|전 ?달", r"last month|previous month")),
    (Intent.THIS_MONTH, _far(r"이번 ?달|이달", r"this month")),
    (Intent.LAST_YEAR, _far(r"작년|지난 ?해", r"last year")),
    (Intent.THIS_YEAR, _far(r"올해|금년", r"this year")),
    (Intent.MAY_RUN_TOMORROW, (rf"내일.{{0,10}}{_RUN_KO}", rf"^(?!.*\bwhat\b).*(?:{_RUN_EN}).*tomorrow")),
    (
        Intent.MAY_RUN_TODAY,
        (rf"(?:오늘|지금).{{0,10}}{_RUN_KO}", rf"^(?!.*\bwhat\b).*(?:{_RUN_EN})(?!.*tomorrow)"),
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
            r"과훈련|오버트레이닝|빨라졌|나아졌|늘었|overtrain|improv|(?:getting|am I) faster|progress",
        ),
    ),
    (Intent.PROFILE, (r"목표|프로필|설정|내 정보|goals?\b|profile|settings",)),
    (Intent.THANKS, (r"고마|감사|땡큐", r"\bthank")),
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
    Intent.RACE: (("get_profile", {}),),
    Intent.WHY_FORM: (("get_fitness", {}),),
    Intent.HEART_RATES: (("get_fitness", {}),),
    Intent.THRESHOLD: (("get_fitness", {}),),
    Intent.MAY_RUN_TODAY: (("get_fitness", {}), ("get_plan", {"weeks": 2})),
    Intent.MAY_RUN_TOMORROW: (("get_fitness", {}), ("get_plan", {"weeks": 2})),
    Intent.BESTS: (("get_best_efforts", {"days": 365}),),
    **{
        intent: (("get_totals", {"span": intent.value}),)
        for intent in (
            Intent.LAST_WEEK,
            Intent.THIS_WEEK,
            Intent.LAST_MONTH,
            Intent.THIS_MONTH,
            Intent.LAST_YEAR,
            Intent.THIS_YEAR,
        )
    },
}


def calls_for(intent: Intent) -> tuple[ToolCall, ...]:
    """The tools that the answer needs; () = none."""
    return tuple(
        ToolCall(id=f"rule-{number}-{name}", name=name, arguments=dict(arguments))
        for number, (name, arguments) in enumerate(_CALLS.get(intent, ()), start=1)
    )


_IS_ENGLISH = re.compile(r"\b(?:thanks?|hello|hi|help|please|today|tomorrow|why|when|how|what)\b", re.I)


def language_of(question: str, otherwise: str) -> str:
    """Korean where there is Hangul, English where there are several words of letters, else `otherwise`."""
    if re.search(r"[가-힣]", question):
        return "ko"
    words = re.findall(r"[A-Za-z]{2,}", question)
    return "en" if len(words) >= 2 or _IS_ENGLISH.search(question) else otherwise
