"""The training diary: which sessions the athlete did on which day of the two years."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from runcoach.simulators.world.body import temperature_c, threshold_mps
from runcoach.simulators.world.planted import PlantedTruth, monday_of, plant
from runcoach.simulators.world.session import Block, Intensity, Session, Sport

EASY, STEADY, MARATHON, TEMPO, FAST, SPRINT, WALK = 0.72, 0.80, 0.88, 0.97, 1.08, 1.22, 0.42
_MONDAY, _TUESDAY, _WEDNESDAY, _THURSDAY, _FRIDAY, _SATURDAY, _SUNDAY = range(7)


@dataclass(frozen=True)
class Diary:
    """Everything that decides a day: the seed, the last day, and what is planted."""

    seed: int
    last_day: date
    planted: tuple[PlantedTruth, ...]

    @staticmethod
    def of(seed: int, last_day: date) -> "Diary":
        return Diary(seed, last_day, plant(last_day))

    def rng(self, day: date, purpose: int = 0) -> np.random.Generator:
        """The day's own dice: they depend on its distance from the end, so a later end shifts the world."""
        back = (self.last_day - day).days
        return np.random.default_rng([self.seed, purpose, back if back >= 0 else 1_000_000 - back])

    def truth(self, kind: str) -> PlantedTruth:
        return next(t for t in self.planted if t.kind == kind)

    def is_ill(self, day: date) -> bool:
        return self.truth("illness").covers(day)

    def volume(self, day: date) -> float:
        """How much of a normal week this one is: build, deload, taper, return, overreach."""
        weeks_back = (monday_of(self.last_day) - monday_of(day)).days // 7
        for race in (self.truth("half_marathon"), self.truth("ten_km")):
            weeks_to = (monday_of(race.start) - monday_of(day)).days // 7
            if weeks_to in (0, -1):
                return 0.62
        if 0 < (day - self.truth("illness").end).days <= 14:
            return 0.6
        if self.truth("overreach_week").covers(day):
            return self.truth("overreach_week").facts["volume_factor"]
        growth = 0.86 + 0.24 * (1 - min(weeks_back, 104) / 104)
        return growth * (0.72 if weeks_back % 4 == 2 else 1.0)

    def fatigue_bpm(self, day: date) -> float:
        """Heart beats added by what lies behind: illness for two weeks, overreach for five days."""
        after_ill = (day - self.truth("illness").end).days
        after_load = (day - self.truth("overreach_week").end).days
        ill = 6.0 * (1 - after_ill / 15) if 0 < after_ill <= 14 else 0.0
        return ill + (3.0 if 0 < after_load <= 5 else 0.0)


def sessions_of_day(diary: Diary, day: date) -> list[Session]:
    """What was recorded on the day, in order; ordinals are given later."""
    if diary.is_ill(day):
        return []
    rng = diary.rng(day)
    for truth, effort, name in (("half_marathon", 0.985, "하프 마라톤"), ("ten_km", 1.035, "10km")):
        race = diary.truth(truth)
        if day == race.start:
            return list(_race_day(diary, day, race.facts["distance_m"], effort, name))
        if 0 < (day - race.start).days <= 2 or (race.start - day).days == 1:
            return []
    planned = list(_habit(diary, day, rng))
    if rng.random() < 0.045:
        return [s for s in planned if not s.sport.is_run]
    return planned


def _make(
    diary: Diary, day: date, sport: Sport, kind: str, title: str, blocks: list[Block], route: str, minute: int
) -> Session:
    rng = diary.rng(day, 1)
    temp = 21.0 if not sport.has_gps else temperature_c(day, diary.planted, float(rng.standard_normal()))
    return Session(
        ordinal=0,
        day=day,
        start_minute=minute + int(rng.integers(-12, 13)),
        sport=sport,
        kind=kind,
        title=title,
        blocks=tuple(blocks),
        route=route,
        threshold_mps=round(threshold_mps(day, diary.last_day, diary.planted), 4),
        temp_c=temp,
        fatigue_bpm=round(diary.fatigue_bpm(day), 2),
        is_race=kind == "race",
        lap_per_block=kind in ("intervals", "tempo", "hills"),
    )


def _race_day(diary: Diary, day: date, distance_m: float, effort: float, name: str) -> Iterator[Session]:
    yield _make(
        diary, day, Sport.RUNNING, "warmup", "워밍업", [Block(0.68, duration_s=900)], "yeouido", 7 * 60 + 20
    )
    blocks = [
        Block(effort * 0.99, distance_m=distance_m * 0.35),
        Block(effort, distance_m=distance_m * 0.5),
        Block(effort * 1.02, distance_m=distance_m * 0.15),
    ]
    yield _make(diary, day, Sport.RUNNING, "race", f"서울 {name}", blocks, "han_east", 8 * 60 + 15)


def _habit(diary: Diary, day: date, rng: np.random.Generator) -> Iterator[Session]:
    volume, weekday = diary.volume(day), day.weekday()
    hard = diary.truth("overreach_week").covers(day)
    if weekday == _MONDAY:
        if hard:
            yield easy_run(diary, day, 9000 * volume / 1.8)
        elif rng.random() < 0.4:
            yield _cross_training(diary, day, rng)
    elif weekday == _TUESDAY:
        yield quality_run(diary, day, rng, volume)
    elif weekday == _WEDNESDAY:
        if hard or rng.random() < 0.4:
            yield easy_run(diary, day, 7000 * volume)
    elif weekday == _THURSDAY:
        second_hard = volume > 0.95 and rng.random() < 0.45
        yield quality_run(diary, day, rng, volume) if second_hard else easy_run(diary, day, 8500 * volume)
    elif weekday == _FRIDAY:
        if hard:
            yield quality_run(diary, day, rng, volume)
        elif rng.random() < 0.18:
            yield _walk(diary, day, rng)
    elif weekday == _SATURDAY:
        yield easy_run(diary, day, 7500 * volume)
    else:
        yield _long_run(diary, day, rng, volume)


def easy_run(diary: Diary, day: date, distance_m: float) -> Session:
    """An easy run; some end with strides, some are on the treadmill when it is cold or hot."""
    rng = diary.rng(day, 2)
    distance = float(round(distance_m * rng.uniform(0.85, 1.15), -2))
    blocks = [Block(EASY + 0.02 * float(rng.standard_normal()), distance_m=distance)]
    outside = temperature_c(day, diary.planted, 0.0)
    if rng.random() < (0.25 if outside < 0 or outside > 27 else 0.03):
        return _make(diary, day, Sport.TREADMILL, "easy", "트레드밀 러닝", blocks, "indoor", 19 * 60 + 30)
    if rng.random() < 0.2:
        for _ in range(5):
            blocks += [Block(SPRINT, duration_s=20), Block(0.6, duration_s=60, intensity=Intensity.REST)]
    route = str(rng.choice(["yeouido", "han_west", "han_east"]))
    return _make(
        diary,
        day,
        Sport.RUNNING,
        "easy",
        "여의도 이지런" if route == "yeouido" else "한강 이지런",
        blocks,
        route,
        6 * 60 + 20,
    )


def quality_run(diary: Diary, day: date, rng: np.random.Generator, volume: float) -> Session:
    """Intervals, tempo or hills, by the week's number and by how much the week may hold."""
    week = monday_of(day).toordinal() // 7
    if week % 9 == 4:
        return _hills(diary, day)
    if (week + day.weekday()) % 2:
        return _tempo(diary, day, volume)
    return _intervals(diary, day, rng, volume)


def _framed(main: list[Block]) -> list[Block]:
    warm = Block(0.70, duration_s=780, intensity=Intensity.WARMUP)
    return [warm, *main, Block(0.66, duration_s=540, intensity=Intensity.COOLDOWN)]


def _intervals(diary: Diary, day: date, rng: np.random.Generator, volume: float) -> Session:
    length_m, effort, rest_s = [(400.0, 1.16, 75), (800.0, FAST, 120), (1000.0, 1.06, 120)][
        int(rng.integers(3))
    ]
    reps = max(4, round(4800 * volume / length_m))
    rest = Block(0.55, duration_s=rest_s, intensity=Intensity.REST)
    main = [part for _ in range(reps) for part in (Block(effort, distance_m=length_m), rest)][:-1]
    sport, route = (Sport.TRACK, "track") if length_m == 400.0 else (Sport.RUNNING, "han_west")
    return _make(
        diary, day, sport, "intervals", f"{reps} x {length_m:.0f}m", _framed(main), route, 19 * 60 + 10
    )


def _tempo(diary: Diary, day: date, volume: float) -> Session:
    if volume > 1.0:
        main = [Block(TEMPO, duration_s=720), Block(0.62, duration_s=120, intensity=Intensity.REST)] * 2
        return _make(
            diary, day, Sport.RUNNING, "tempo", "템포 2 x 12분", _framed(main[:-1]), "han_east", 19 * 60
        )
    main = [Block(TEMPO, duration_s=float(round(1300 * volume)))]
    return _make(diary, day, Sport.RUNNING, "tempo", "템포런", _framed(main), "han_east", 19 * 60)


def _hills(diary: Diary, day: date) -> Session:
    rest = Block(0.5, duration_s=110, intensity=Intensity.REST)
    main = [part for _ in range(8) for part in (Block(1.12, duration_s=60), rest)]
    return _make(diary, day, Sport.RUNNING, "hills", "남산 언덕 반복", _framed(main), "namsan", 19 * 60 + 5)


def _long_run(diary: Diary, day: date, rng: np.random.Generator, volume: float) -> Session:
    distance = float(round(14500 * volume**0.85 * rng.uniform(0.9, 1.12), -2))
    if rng.random() < 0.08:
        blocks = [Block(0.74, distance_m=distance * 0.7)]
        return _make(diary, day, Sport.TRAIL, "trail", "북한산 트레일", blocks, "bukhansan", 8 * 60)
    blocks = [Block(EASY, distance_m=distance)]
    if rng.random() < 0.35 and volume > 0.8:
        blocks = [Block(EASY, distance_m=distance * 0.7), Block(MARATHON, distance_m=distance * 0.3)]
    route = "han_east" if rng.random() < 0.6 else "han_west"
    return _make(diary, day, Sport.RUNNING, "long", "한강 장거리", blocks, route, 7 * 60)


def _walk(diary: Diary, day: date, rng: np.random.Generator) -> Session:
    blocks = [Block(WALK, duration_s=float(rng.integers(1800, 3600)))]
    return _make(diary, day, Sport.WALKING, "walk", "걷기", blocks, "yeouido", 12 * 60 + 20)


def _cross_training(diary: Diary, day: date, rng: np.random.Generator) -> Session:
    if rng.random() < 0.5:
        blocks = [Block(0.46, duration_s=float(rng.integers(1800, 2700)))]
        return _make(diary, day, Sport.STRENGTH, "strength", "근력 운동", blocks, "indoor", 20 * 60)
    blocks = [Block(0.62, duration_s=float(rng.integers(2700, 5400)))]
    return _make(diary, day, Sport.CYCLING, "ride", "한강 자전거", blocks, "han_west", 18 * 60 + 40)
