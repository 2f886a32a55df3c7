"""The main job through the API: history in, figures, coach, proposal, approval, watch, Strava."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.e2e.machine import Machine, Runner
from tests.shared_files import shared

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]

HISTORY_S = 240


def history_is_in(demo: Runner) -> bool:
    job = demo.job("garmin_backfill")
    return job is not None and job["state"] == "done"


def test_two_years_of_history_arrive_by_themselves(machine: Machine, demo: Runner) -> None:
    machine.wait(lambda: demo.job("garmin_backfill"), 60, "the backfill has begun")
    machine.wait(lambda: history_is_in(demo), HISTORY_S, "the history is in")
    job = demo.job("garmin_backfill")
    assert job is not None
    assert job["done"] == job["total"] > 400
    assert job["failed"] == 0
    assert max(machine.simulators().downloads().values()) == 1


def test_figures_stand_on_the_dashboard(machine: Machine, demo: Runner) -> None:
    machine.wait(lambda: history_is_in(demo), HISTORY_S, "the history is in")
    figures = demo.get("/dashboard/summary")["figures"]
    assert 30 < figures["race_index"]["value"] < 70
    assert figures["ctl"]["value"] > 10
    assert figures["ctl"]["formula_version"] >= 1


def test_the_newest_run_is_on_strava_and_no_other(machine: Machine, demo: Runner) -> None:
    machine.wait(lambda: history_is_in(demo), HISTORY_S, "the history is in")
    machine.wait(
        lambda: machine.simulators().effects("strava")["upload_accepted"] == 1, 60, "the newest run is there"
    )
    newest = demo.get("/activities", limit=1)["items"][0]
    machine.wait(lambda: demo.get("/strava/status")["uploaded"] == 1, 60, "Strava has processed it")
    assert demo.get("/strava/status")["newest"]["activity_id"] == newest["id"]


@pytest.mark.parametrize(
    ("question", "word"), [("요즘 내 체력 어때?", "체력"), ("How is my fitness?", "Fitness")]
)
def test_the_coach_quotes_the_figure_of_the_dashboard(
    machine: Machine, demo: Runner, question: str, word: str
) -> None:
    machine.wait(lambda: history_is_in(demo), HISTORY_S, "the history is in")
    ctl = demo.get("/dashboard/summary")["figures"]["ctl"]["value"]
    answer = demo.ask(question, machine)
    assert word.lower() in answer.lower()
    assert f"{ctl:.0f}" in answer


def propose(machine: Machine, demo: Runner) -> dict[str, Any]:
    """A new proposal, asked for in chat."""
    before = {one["id"] for one in demo.get("/approvals")["items"]}
    demo.ask("9주 훈련 계획을 새로 만들어줘", machine)
    fresh: list[dict[str, Any]] = []

    def is_there() -> bool:
        fresh[:] = [one for one in demo.get("/approvals")["items"] if one["id"] not in before]
        return bool(fresh)

    machine.wait(is_there, 60, "the proposal is there")
    found: dict[str, Any] = demo.get(f"/approvals/{fresh[0]['id']}")
    return found


def calendar_at_garmin(machine: Machine) -> list[tuple[str, str]]:
    """(day, workout id) pairs that stand on the simulated calendar now, from the ledger alone."""
    days: dict[str, tuple[str, str]] = {}
    for entry in machine.simulators().ledger("garmin"):
        if entry["effect"] == "workout_scheduled":
            days[entry["key"]] = (entry["body"]["date"], str(entry["body"]["workoutId"]))
        elif entry["effect"] == "workout_unscheduled":
            days.pop(entry["key"], None)
    return sorted(days.values())


def test_exactly_the_approved_workouts_reach_the_watch(machine: Machine, demo: Runner) -> None:
    machine.wait(lambda: history_is_in(demo), HISTORY_S, "the history is in")
    proposal = propose(machine, demo)
    assert proposal["is_sound"]
    assert all(check["passed"] for check in proposal["checks"])
    last_watch_day = date.fromisoformat(demo.get("/dashboard/summary")["today"]) + timedelta(days=14)
    assert all(date.fromisoformat(item["day"]) <= last_watch_day for item in proposal["items"])
    assert calendar_at_garmin(machine) == [] or demo.get("/plans/history")["items"]

    approve = f"/approvals/{proposal['id']}/approve"
    first = demo.post(approve, {"content_hash": proposal["content_hash"]})
    again = demo.post(approve, {"content_hash": proposal["content_hash"]})
    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json()["decision"] == again.json()["decision"]

    def push() -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = demo.get(f"/approvals/{proposal['id']}")["push"]
        return rows

    machine.wait(lambda: push() and all(one["state"] == "verified" for one in push()), 90, "all verified")
    wanted = sorted((one["day"], one["provider_workout_id"]) for one in push())
    assert len(wanted) == len(proposal["items"])
    assert calendar_at_garmin(machine) == wanted


def test_a_tampered_approval_is_refused(machine: Machine, demo: Runner) -> None:
    machine.wait(lambda: history_is_in(demo), HISTORY_S, "the history is in")
    proposal = propose(machine, demo)
    before = calendar_at_garmin(machine)
    refused = demo.post(f"/approvals/{proposal['id']}/approve", {"content_hash": "0" * 64})
    assert refused.status_code == 409
    assert refused.json()["code"] == "approval_changed"
    assert refused.json()["next_step"]
    assert calendar_at_garmin(machine) == before


def test_a_newcomer_drops_files_in_and_sees_her_own_runs(machine: Machine) -> None:
    good = shared("fixtures/fit")
    runs = sorted((good / "run").glob("*.fit"))[:3]
    broken = good / "corrupt" / "empty.fit"
    newcomer = Runner(machine)
    assert newcomer.register("owner@runcoach.test", "one quiet lake at noon").status_code == 201
    accepted = newcomer.upload(*runs, broken)
    assert accepted.status_code == 202
    refused = {one["file_name"]: one["reason"] for one in accepted.json()["files"] if one["reason"]}
    assert list(refused) == ["empty.fit"]

    def is_done() -> bool:
        job = newcomer.job("import_files")
        return job is not None and job["state"] == "done"

    machine.wait(is_done, 60, "the files are in")
    assert len(newcomer.get("/activities")["items"]) >= 1
    assert newcomer.get("/jobs")["items"][0]["kind"] == "import_files"
