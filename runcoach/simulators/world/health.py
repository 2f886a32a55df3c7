"""Daily health: sleep, HRV, resting heart rate, stress, body battery, weight, answering to the training."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from runcoach.simulators.world.body import temperature_c
from runcoach.simulators.world.season import Diary
from runcoach.simulators.world.session import Session


@dataclass(frozen=True)
class HealthDay:
    """One day and the night before it. A night without the watch has None for what the night measures."""

    day: date
    resting_hr_bpm: int | None
    hrv_ms: int | None
    hrv_high_ms: int | None
    sleep_score: int | None
    bed_minute: int  # minutes after 18:00 of the evening before
    sleep_s: int | None
    deep_s: int
    light_s: int
    rem_s: int
    awake_s: int
    stress_avg: int
    stress_max: int
    battery_high: int
    battery_low: int
    battery_charged: int
    battery_drained: int
    weight_g: int | None
    steps: int
    respiration: float
    spo2_pct: int


@dataclass
class _Strain:
    """Running means of the training behind the athlete, in minutes weighted by effort."""

    week: float = 38.0
    six_weeks: float = 38.0

    def after(self, load: float) -> "_Strain":
        return _Strain(self.week + (load - self.week) / 7, self.six_weeks + (load - self.six_weeks) / 42)

    @property
    def excess(self) -> float:
        return (self.week - self.six_weeks) / max(self.six_weeks, 20.0)


def session_load(session: Session) -> float:
    """Minutes weighted by the cube of effort: enough to drive the body, not a training metric."""
    total = 0.0
    for block in session.blocks:
        speed = block.effort * session.threshold_mps
        seconds = block.duration_s if block.duration_s is not None else (block.distance_m or 0.0) / speed
        total += seconds / 60.0 * block.effort**3
    return total


def health_days(diary: Diary, days: list[date], loads: dict[date, float]) -> list[HealthDay]:
    """The health of every day, in order; each answers to the sessions of the days before it."""
    strain, out = _Strain(), []
    for day in days:
        out.append(_day(diary, day, strain, loads.get(day, 0.0)))
        strain = strain.after(loads.get(day, 0.0))
    return out


def _trouble(diary: Diary, day: date) -> tuple[float, float]:
    """How ill (0 to 1) and how overreached (0 to 1) the athlete is."""
    illness, overreach = diary.truth("illness"), diary.truth("overreach_week")
    into, out_of = (day - illness.start).days, (day - illness.end).days
    ill = min(1.0, 0.6 + 0.2 * into) if illness.covers(day) else max(0.0, 0.5 - 0.1 * out_of)
    worn = min(1.0, 0.2 * ((day - overreach.start).days + 1))
    after = (day - overreach.end).days
    tired = worn if overreach.covers(day) else max(0.0, 1.0 - 0.17 * after) if after > 0 else 0.0
    return (ill if into >= 0 else 0.0), tired


def _day(diary: Diary, day: date, strain: _Strain, load: float) -> HealthDay:
    rng = diary.rng(day, 3)
    noise = rng.standard_normal(12)
    ill, tired = _trouble(diary, day)
    heat = max(0.0, temperature_c(day, diary.planted, 0.0) - 24.0)
    fitness = 1.0 - min((diary.last_day - day).days, 730) / 730.0
    press = float(np.clip(strain.excess, -0.6, 1.0))
    hrv = 52.0 + 6.0 * fitness - 6.0 * press - 19.0 * ill - 11.0 * tired - 0.5 * heat + 3.2 * noise[0]
    resting = 53.5 - 3.5 * fitness + 2.0 * press + 8.0 * ill + 4.5 * tired + 0.3 * heat + 0.9 * noise[1]
    asleep = 25800 + (2400 if day.weekday() >= 5 else 0) - 1900 * tired + 2400 * ill + 2300 * noise[2]
    sleep_s = int(np.clip(asleep, 14400, 36000)) // 60 * 60
    rem = int(sleep_s * np.clip(0.22 + 0.03 * noise[3] - 0.04 * tired, 0.08, 0.34)) // 60 * 60
    deep = int(sleep_s * np.clip(0.19 + 0.03 * noise[4] - 0.04 * ill, 0.06, 0.32)) // 60 * 60
    awake = int(np.clip(900 + 600 * noise[5] + 900 * tired, 0, 5400)) // 60 * 60
    stress = float(np.clip(27.0 + 5.0 * press + 22.0 * ill + 11.0 * tired + 4.0 * noise[6], 8, 80))
    score = 83.5 + (sleep_s - 27000) / 900 - stress / 6 - 16 * ill + 3 * noise[7]
    high = int(np.clip(92 - 0.55 * (stress - 25) - 30 * ill - 12 * tired + 4 * noise[8], 25, 100))
    low = int(np.clip(24 - 0.12 * load - 10 * ill + 4 * noise[9], 5, 60))
    worn_at_night = rng.random() > 0.03
    return HealthDay(
        day=day,
        resting_hr_bpm=round(float(resting)) if worn_at_night else None,
        hrv_ms=round(float(np.clip(hrv, 18, 95))) if worn_at_night else None,
        hrv_high_ms=round(float(np.clip(hrv, 18, 95)) * 1.45) if worn_at_night else None,
        sleep_score=int(np.clip(score, 20, 98)) if worn_at_night else None,
        bed_minute=int(np.clip(330 + 25 * noise[10], 200, 480)),
        sleep_s=sleep_s if worn_at_night else None,
        deep_s=deep,
        light_s=sleep_s - rem - deep,
        rem_s=rem,
        awake_s=awake,
        stress_avg=round(stress),
        stress_max=int(np.clip(stress + 55 + 6 * noise[11], 40, 100)),
        battery_high=high,
        battery_low=min(low, high - 5),
        battery_charged=high - min(low, high - 5),
        battery_drained=int(np.clip(high - low + 6 * noise[9], 5, 95)),
        weight_g=_weight(diary, day, fitness, rng) if rng.random() < 0.32 else None,
        steps=int(np.clip(6200 + load * 95 + 1500 * noise[6], 900, 48000)) if not ill > 0.6 else 1900,
        respiration=round(14.0 + 1.4 * ill + 0.3 * float(noise[7]), 1),
        spo2_pct=int(np.clip(96 + noise[8], 90, 100)),
    )


def _weight(diary: Diary, day: date, fitness: float, rng: np.random.Generator) -> int:
    winter = np.cos(2 * np.pi * (day.timetuple().tm_yday - 30) / 365.25)
    after_ill = diary.truth("illness").covers(day) * -600.0
    grams = 65600 - 2600 * fitness + 500 * winter + after_ill + 260 * rng.standard_normal()
    return int(round(float(grams), -2))


def nights_between(first: date, last: date) -> list[date]:
    """Every day from the first to the last, both included."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
