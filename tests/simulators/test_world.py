"""The world itself: the same every time, ending yesterday, and physically in one piece."""

import hashlib
import subprocess
import sys
import time
from datetime import date, timedelta
from statistics import mean

import numpy as np
import pytest

from runcoach.simulators.world import Sport, World
from runcoach.simulators.world.crc import crc16
from tests.simulators.conftest import TODAY

EARTH_M_PER_DEGREE = 111_195.0


@pytest.fixture(scope="module")
def world() -> World:
    return World.build(7, TODAY)


def runs_between(world: World, first: date, last: date, kind: str = "easy") -> list[int]:
    """Outdoor runs of the kind whose day lies between the dates."""
    return [
        i
        for i in world.activity_ids()
        if world.session(i).kind == kind
        and world.session(i).sport is Sport.RUNNING
        and first <= world.session(i).day <= last
    ]


def truth(world: World, kind: str) -> tuple[date, date]:
    found = next(t for t in world.planted if t.kind == kind)
    return found.start, found.end


def speed_and_hr(world: World, ids: list[int]) -> tuple[float, float]:
    wholes = [world.summary(i).whole for i in ids]
    return mean(w.avg_speed_mps for w in wholes), mean(w.avg_hr_bpm for w in wholes)


def test_history_is_two_years_of_about_450_runs_that_end_yesterday(world: World) -> None:
    days = [world.session(i).day for i in world.activity_ids()]

    assert max(days) in (TODAY - timedelta(days=n) for n in (1, 2, 3))
    assert min(days) >= TODAY - timedelta(days=730)
    assert 425 <= sum(world.session(i).sport.is_run for i in world.activity_ids()) <= 475
    kinds = {world.session(i).sport for i in world.activity_ids()}
    assert kinds == set(Sport)


def test_same_seed_and_day_give_the_same_bytes_in_another_process(world: World) -> None:
    newest = world.activity_ids()[3]
    code = (
        "import sys, hashlib; from datetime import date; from runcoach.simulators.world import World;"
        f"w = World.build(7, date.fromisoformat('{TODAY}'));"
        f"sys.stdout.write(hashlib.sha256(w.fit_zip({newest})).hexdigest() + str(w.health(w.today)))"
    )

    told = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout

    assert told == hashlib.sha256(world.fit_zip(newest)).hexdigest() + str(world.health(world.today))


def test_another_seed_is_another_life(world: World) -> None:
    other = World.build(8, TODAY)

    assert [other.session(i).day for i in other.activity_ids()] != [
        world.session(i).day for i in world.activity_ids()
    ]


@pytest.mark.parametrize("later", [1, 7, 100, 211, 400])
def test_another_day_moves_the_whole_world(later: int) -> None:
    today = TODAY + timedelta(days=later)
    world = World.build(7, today)

    assert (today - world.session(world.activity_ids()[0]).day).days <= 4
    runs = sum(world.session(i).sport.is_run for i in world.activity_ids())
    assert 415 <= runs <= 480
    spans = sorted((t.start, t.end) for t in world.planted)
    assert all(a_end < b_start for (_, a_end), (b_start, _) in zip(spans[:-1], spans[1:], strict=True))
    assert all(world.first_day <= start and end < today for start, end in spans)


def test_a_week_later_the_last_two_months_are_the_same_a_week_later(world: World) -> None:
    later = World.build(7, TODAY + timedelta(days=7))

    def days_back(of: World) -> list[int]:
        return [back for i in of.activity_ids() if (back := (of.today - of.session(i).day).days) <= 60]

    assert days_back(later) == days_back(world)


def test_asking_for_so_many_activities_gives_the_newest(world: World) -> None:
    few = World.build(7, TODAY, activities=25)
    many = World.build(7, TODAY, activities=900)

    assert [few.session(i).day for i in few.activity_ids()] == [
        world.session(i).day for i in world.activity_ids()[:25]
    ]
    assert len(many.activity_ids()) == 900


def test_distance_is_speed_times_time_and_the_line_on_the_map(world: World) -> None:
    for activity_id in runs_between(world, world.first_day, TODAY, "long")[:3]:
        s = world.samples(activity_id)
        assert s.lat is not None
        assert s.lon is not None
        assert s.distance_m[-1] == pytest.approx(s.speed_mps[:-1].sum())
        whole = world.summary(activity_id).whole
        assert whole.avg_speed_mps * whole.timer_s == pytest.approx(whole.distance_m, rel=1e-3)
        north = np.diff(s.lat[::10]) * EARTH_M_PER_DEGREE
        east = np.diff(s.lon[::10]) * EARTH_M_PER_DEGREE * np.cos(np.radians(s.lat[::10][:-1]))
        assert np.hypot(north, east).sum() == pytest.approx(whole.distance_m, rel=0.03)


def test_cadence_stride_power_and_grade_hang_together(world: World) -> None:
    s = world.samples(runs_between(world, world.first_day, TODAY, "hills")[0])
    assert s.cadence_spm is not None
    assert s.power_w is not None
    stride_m = s.speed_mps / (s.cadence_spm / 60.0)
    moving = s.speed_mps > 2.0

    assert 0.6 < stride_m[moving].min() < stride_m[moving].max() < 1.8
    assert np.corrcoef(s.speed_mps[moving], s.power_w[moving])[0, 1] > 0.5


def test_heart_rate_follows_effort_with_a_lag(world: World) -> None:
    activity_id = runs_between(world, world.first_day, TODAY, "tempo")[0]
    s, laps = world.samples(activity_id), world.summary(activity_id).laps
    warm, hard = laps[0], max(laps, key=lambda lap: lap.avg_speed_mps)

    assert hard.avg_hr_bpm > warm.avg_hr_bpm + 15
    steady_bpm, steady_mps = (float(x[hard.begin + 120 : hard.end].mean()) for x in (s.hr_bpm, s.speed_mps))
    before_bpm, before_mps = float(s.hr_bpm[hard.begin]), float(s.speed_mps[hard.begin - 1])
    soon = slice(hard.begin + 13, hard.begin + 18)
    assert s.speed_mps[soon].mean() - before_mps > 0.75 * (steady_mps - before_mps)
    assert s.hr_bpm[soon].mean() - before_bpm < 0.5 * (steady_bpm - before_bpm)


def test_intervals_have_a_lap_for_each_part(world: World) -> None:
    activity_id = runs_between(world, world.first_day, TODAY, "intervals")[0]
    blocks, laps = world.session(activity_id).blocks, world.summary(activity_id).laps

    assert len(laps) == len(blocks)
    for block, lap in zip(blocks, laps, strict=True):
        if block.distance_m is not None:
            assert lap.distance_m == pytest.approx(block.distance_m, abs=1.0)


def test_faster_runs_have_higher_heart_rates(world: World) -> None:
    everywhere = (world.first_day, TODAY)
    easy = speed_and_hr(world, runs_between(world, *everywhere, "easy")[:20])
    race = speed_and_hr(world, runs_between(world, *everywhere, "race"))

    assert race[0] > easy[0] + 0.5
    assert race[1] > easy[1] + 20


def test_hot_august_is_slower_at_the_same_heart_rate(world: World) -> None:
    first, last = truth(world, "hot_august")
    hot = speed_and_hr(world, runs_between(world, first, last))
    cool = speed_and_hr(world, runs_between(world, last + timedelta(days=30), last + timedelta(days=60)))

    assert hot[0] < cool[0] * 0.975
    assert hot[1] == pytest.approx(cool[1], abs=5)


def test_illness_has_no_runs_a_high_pulse_and_a_low_hrv(world: World) -> None:
    first, last = truth(world, "illness")
    assert (last - first).days + 1 == 12
    assert [i for i in world.activity_ids() if first <= world.session(i).day <= last] == []

    def level(start: date, days: int) -> tuple[float, float]:
        nights = [world.health(start + timedelta(days=n)) for n in range(days)]
        worn = [n for n in nights if n and n.resting_hr_bpm and n.hrv_ms]
        return mean(n.resting_hr_bpm or 0 for n in worn), mean(n.hrv_ms or 0 for n in worn)

    ill, well = level(first + timedelta(days=2), 10), level(first - timedelta(days=21), 20)
    assert ill[0] > well[0] + 5
    assert ill[1] < well[1] - 10


def test_overreach_week_is_much_longer_and_shows_in_the_nights(world: World) -> None:
    first, last = truth(world, "overreach_week")

    def kilometres(monday: date) -> float:
        ids = [
            i
            for i in world.activity_ids()
            if world.session(i).sport.is_run and 0 <= (world.session(i).day - monday).days < 7
        ]
        return sum(world.summary(i).whole.distance_m for i in ids) / 1000

    usual = mean(kilometres(first - timedelta(weeks=n)) for n in range(1, 5))
    assert kilometres(first) > 1.8 * usual
    tired = [world.health(last - timedelta(days=n)) for n in range(3)]
    calm = [world.health(first - timedelta(days=n)) for n in range(3, 24)]
    assert (
        mean(h.hrv_ms for h in tired if h and h.hrv_ms) < mean(h.hrv_ms for h in calm if h and h.hrv_ms) - 5
    )


def test_threshold_shift_is_more_speed_at_the_same_heart_rate(world: World) -> None:
    first, last = truth(world, "threshold_shift")
    before = speed_and_hr(world, runs_between(world, first - timedelta(days=28), first))
    after = speed_and_hr(world, runs_between(world, last, last + timedelta(days=21)))

    assert world.threshold_on(last + timedelta(days=1)) > 1.04 * world.threshold_on(first)
    assert after[0] / after[1] > 1.02 * before[0] / before[1]


def test_races_are_their_distance_and_agree_with_each_other(world: World) -> None:
    half, ten = (world.activities_on(truth(world, k)[0])[1] for k in ("half_marathon", "ten_km"))

    assert world.summary(half).whole.distance_m == pytest.approx(21097.5, abs=1)
    assert world.summary(ten).whole.distance_m == pytest.approx(10000, abs=1)
    assert 39 * 60 < world.summary(ten).whole.timer_s < 48 * 60
    riegel = world.summary(ten).whole.timer_s * (21097.5 / 10000) ** 1.06
    assert riegel < world.summary(half).whole.timer_s < riegel * 1.12


def test_pauses_stop_the_timer_but_not_the_clock(world: World) -> None:
    paused = next(i for i in world.activity_ids() if world.samples(i).pauses)
    whole, pauses = world.summary(paused).whole, world.samples(paused).pauses

    assert whole.elapsed_s - whole.timer_s == sum(seconds for _, seconds in pauses)


def test_treadmill_has_no_map_and_strength_no_distance(world: World) -> None:
    by_sport = {world.session(i).sport: world.samples(i) for i in world.activity_ids()}

    assert by_sport[Sport.TREADMILL].lat is None
    assert by_sport[Sport.TREADMILL].distance_m[-1] > 1000
    assert by_sport[Sport.STRENGTH].distance_m[-1] == 0
    assert by_sport[Sport.CYCLING].power_w is None


def test_checksum_is_that_of_the_plain_algorithm() -> None:
    def slow(content: bytes) -> int:
        crc = 0
        for byte in content:
            crc ^= byte
            for _ in range(8):
                crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
        return crc

    noise = np.random.default_rng(1).bytes(1000)
    for size in (0, 1, 2, 255, 256, 257, 1000):
        assert crc16(noise[:size]) == slow(noise[:size])
    assert crc16(b"123456789") == 0xBB3D  # the check value of CRC-16/ARC


def test_building_is_fast(world: World) -> None:
    begun = time.perf_counter()
    World.build(7, TODAY)

    assert time.perf_counter() - begun < 2.0
