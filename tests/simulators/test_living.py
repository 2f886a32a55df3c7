"""Life after the built history: what is on the watch is run, and a restart remembers all of it."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from runcoach.simulators.context import WorldConfig
from runcoach.simulators.server import SimulatorServer
from runcoach.simulators.world import WatchWorkout, World
from tests.simulators.conftest import TODAY, GarminRunner
from tests.simulators.test_garmin_workouts import a_workout, pushed


def on_the_watch(day: date) -> list[WatchWorkout]:
    """The same intervals every other day for two months."""
    far = (day - TODAY).days
    segments = a_workout()["workoutSegments"]
    return [WatchWorkout(1000 + far, "6 x 800m", segments)] if 0 <= far < 60 and far % 2 == 0 else []


def test_athlete_runs_most_of_what_is_on_the_watch_and_uploads_some_late() -> None:
    world = World.build(7, TODAY, activities=20)

    lived = world.advance(60, on_the_watch)

    done = [s for day in lived for s in day.sessions]
    assert 20 <= len(done) < 30
    assert all(s.workout_id == 1000 + (s.day - TODAY).days for s in done)
    late = [s for s in done if s.visible_from is not None]
    assert 1 <= len(late) <= 8
    assert all(s.visible_from > s.day + timedelta(days=1) for s in late if s.visible_from)


def test_late_run_appears_when_it_is_uploaded() -> None:
    world = World.build(7, TODAY, activities=20)
    world.advance(60, on_the_watch)
    late = next(s for day in world.lived for s in day.sessions if s.visible_from is not None)
    again = World.build(7, TODAY, activities=20)
    while again.today <= late.day:
        again.advance(1, on_the_watch)

    assert late.day not in {again.session(i).day for i in again.activity_ids()}
    while again.today < (late.visible_from or late.day):
        again.advance(1, on_the_watch)
    assert late.day in {again.session(i).day for i in again.activity_ids()}


def test_workout_is_run_at_the_pace_that_the_watch_asks_for() -> None:
    world = World.build(7, TODAY, activities=5)
    world.advance(4, on_the_watch)
    done = next(i for i in world.activity_ids() if world.session(i).workout_id)

    laps = [lap for lap in world.summary(done).laps if lap.by_distance]

    assert [round(lap.distance_m) for lap in laps] == pytest.approx([800] * 6, abs=2)
    assert all(3.8 < lap.avg_speed_mps < 4.1 for lap in laps)  # asked: 3.9 to 4.0 m/s
    assert len(world.summary(done).laps) == 14  # warm-up, 6 × (800 m and a rest), cool-down


def test_without_a_plan_the_athlete_keeps_the_old_habit() -> None:
    world = World.build(7, TODAY, activities=5)

    lived = world.advance(28)

    assert 10 <= sum(s.sport.is_run for day in lived for s in day.sessions) <= 24


def test_advancing_by_control_runs_what_was_pushed(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    days = [(TODAY + timedelta(days=n)).isoformat() for n in range(4)]
    ids = [pushed(garmin, day, f"run {day}")[0] for day in days]

    lived = runner.control.post("/advance", json={"days": 10, "account": runner.email}).json()

    recorded = [r for day in lived for r in day["recorded"]]
    done = {r["workout_id"] for r in recorded} & set(ids)
    assert len(done) >= 2
    rows = {row["workoutId"]: row for row in garmin.get_activities(0, 20)}
    assert done <= set(rows)
    assert rows[min(done)]["activityName"].startswith("run ")
    night = garmin.get_sleep_data((TODAY + timedelta(days=9)).isoformat())
    assert night["dailySleepDTO"]["calendarDate"] == (TODAY + timedelta(days=9)).isoformat()


@pytest.mark.parametrize(("asked", "recorded"), [({"miss": True}, 0), ({"miss": False}, 1)])
def test_test_can_decide_whether_the_workout_is_missed(
    runner: GarminRunner, asked: dict[str, bool], recorded: int
) -> None:
    pushed(runner.logged_in(), TODAY.isoformat())

    lived = runner.control.post("/advance", json={"account": runner.email, "late_days": 0, **asked}).json()

    assert len(lived[0]["recorded"]) == recorded


def test_test_can_decide_that_the_upload_is_late(runner: GarminRunner) -> None:
    garmin = runner.logged_in()
    workout_id, _ = pushed(garmin, TODAY.isoformat())
    runner.control.post("/advance", json={"account": runner.email, "miss": False, "late_days": 10})

    def has_arrived() -> bool:
        return workout_id in {row["workoutId"] for row in garmin.get_activities(0, 20)}

    assert not has_arrived()
    runner.control.post("/advance", json={"account": runner.email, "days": 9})
    assert has_arrived()


def world_told(server: SimulatorServer) -> dict[str, Any]:
    told: dict[str, Any] = httpx.get(server.base_url + "/_control/world").json()
    return told


def test_restart_resumes_the_same_life_and_calendar(tmp_path: Path, no_login_pauses: None) -> None:
    config = WorldConfig(seed=7, today=TODAY, data_dir=tmp_path)
    with SimulatorServer(config) as first, httpx.Client(base_url=first.base_url + "/_control") as control:
        runner = GarminRunner(first.base_url, control)
        garmin = runner.logged_in()
        workout_id, _ = pushed(garmin, "2026-11-25")
        control.post("/advance", json={"days": 5})
        before, tokens = world_told(first), garmin.client.dumps()

    with SimulatorServer(config) as second, httpx.Client(base_url=second.base_url + "/_control") as control:
        runner.base, runner.control = second.base_url, control
        resumed = runner.client()
        resumed.login(tokens)  # tokens outlive the restart

        assert world_told(second) == before
        assert before["today"] == "2026-11-26"
        assert resumed.get_workout_by_id(workout_id)["workoutId"] == workout_id
        assert ("workout_created", str(workout_id)) in runner.effects()


def test_restart_on_a_later_day_catches_up_without_moving_the_past(tmp_path: Path) -> None:
    with SimulatorServer(WorldConfig(seed=7, today=TODAY, data_dir=tmp_path)) as first:
        before = world_told(first)
    later = TODAY + timedelta(days=12)
    with SimulatorServer(WorldConfig(seed=7, today=later, data_dir=tmp_path)) as second:
        after = world_told(second)

    assert after["today"] == later.isoformat()
    assert after["planted"] == before["planted"]
    assert after["activities"] > before["activities"]


def test_reset_of_state_leaves_only_the_demo_account(tmp_path: Path) -> None:
    with SimulatorServer(WorldConfig(seed=7, today=TODAY)) as own:
        control = httpx.Client(base_url=own.base_url + "/_control")
        control.post("/garmin/accounts", json={})
        control.post("/advance", json={"days": 3})

        control.post("/reset", json={"what": ["state"]})

        assert [a["email"] for a in control.get("/garmin/accounts").json()] == ["demo@runcoach.example"]
        assert world_told(own)["today"] == TODAY.isoformat()
