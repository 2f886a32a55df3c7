"""kill -9 of every engine and of the worker while the history comes in: the same rows, nothing twice."""

import random
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.machine import Machine, Runner

pytestmark = [pytest.mark.engines, pytest.mark.chaos, pytest.mark.timeout(900)]

KILLS = 4
RESUMES_S = 60
HISTORY_S = 400


@pytest.fixture(scope="module")
def battered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine of its own, to be treated badly."""
    one = Machine(tmp_path_factory.mktemp("battered") / "data")
    one.start()
    yield one
    one.stop()


def logged_in(machine: Machine) -> Runner:
    runner = Runner(machine)
    login = machine.login
    assert runner.log_in(login["email"], login["password"]).status_code == 200
    return runner


def backfill(runner: Runner) -> dict[str, Any]:
    return runner.job("garmin_backfill") or {"state": "none", "done": 0}


def is_healthy(machine: Machine, part: str) -> bool:
    return any(one["name"] == part and one["health"] == "healthy" for one in machine.status()["parts"])


def rows(runner: Runner) -> list[tuple[str, float | None, float]]:
    """Start, distance and moving time of every activity: what an undisturbed import gives."""
    found, cursor = [], None
    while True:
        page = runner.get("/activities", limit=200, **({"cursor": cursor} if cursor else {}))
        from_garmin = [a for a in page["items"] if a["source"] == "garmin"]
        found += [(a["start_time"], a["distance_m"], a["moving_s"]) for a in from_garmin]
        if (cursor := page["next_cursor"]) is None:
            return sorted(found)


def test_a_backfill_survives_kills_of_the_worker_and_of_each_engine(
    battered: Machine, machine: Machine, demo: Runner
) -> None:
    chance = random.Random(7)
    runner = logged_in(battered)
    battered.wait(lambda: backfill(runner)["done"] > 0, 120, "the first runs are in")
    victims = ["worker"] * KILLS + ["temporal", "postgres"]
    chance.shuffle(victims)
    for victim in victims:
        battered.kill(victim)
        battered.wait(lambda v=victim: is_healthy(battered, v), RESUMES_S, f"{victim} is back")  # type: ignore[misc]
        before = backfill(runner)["done"]
        battered.wait(
            lambda b=before: backfill(runner)["done"] > b or backfill(runner)["state"] == "done",  # type: ignore[misc]
            RESUMES_S,
            f"the backfill goes on after {victim} was killed",
        )
    battered.wait(lambda: backfill(runner)["state"] == "done", HISTORY_S, "the history is in")

    machine.wait(lambda: backfill(demo)["state"] == "done", HISTORY_S, "the undisturbed history is in")
    assert rows(runner) == rows(demo)
    asked = battered.simulators().downloads()
    assert max(asked.values()) <= 2
    figures = runner.get("/dashboard/summary")["figures"]["ctl"]["value"]
    assert figures == pytest.approx(demo.get("/dashboard/summary")["figures"]["ctl"]["value"], rel=1e-6)
