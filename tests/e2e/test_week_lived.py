"""`runcoach demo advance`: the athlete lives a week on, and the product goes along.

The last file of this folder: on the machine that all of it shares it is a week later afterwards.
"""

import os
import subprocess
import sys
from datetime import date, timedelta

import pytest

from tests.e2e.machine import PROJECT, Machine, Runner
from tests.e2e.test_main_job import history_is_in

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]


def advance(machine: Machine, days: int) -> subprocess.CompletedProcess[str]:
    """As a person types it: only the data folder is known to the command."""
    return subprocess.run(
        [sys.executable, "-m", "runcoach.cli", "demo", "advance", str(days)],
        cwd=PROJECT,
        env={**os.environ, "RUNCOACH_DATA_DIR": str(machine.folder)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_every_job_links_to_its_run_in_temporals_ui(machine: Machine, demo: Runner) -> None:
    machine.wait(lambda: demo.job("garmin_backfill"), 60, "the backfill has begun")
    shown = demo.job("garmin_backfill")
    assert shown is not None
    assert str(shown["temporal_url"]).startswith(
        f"http://127.0.0.1:{machine.ports['temporal_ui']}/namespaces/"
    )


def test_a_week_lived_arrives_by_sync_and_brings_a_new_proposal(machine: Machine, demo: Runner) -> None:
    machine.wait(lambda: history_is_in(demo), 240, "the history is in")
    today = date.fromisoformat(demo.get("/dashboard/summary")["today"])
    activities = demo.get("/dashboard/summary")["activities"]

    told = advance(machine, 7)

    assert told.returncode == 0, told.stderr
    assert told.stderr == ""
    assert "Sync: done" in told.stdout
    assert "Plan of the demo athlete: done" in told.stdout
    summary = demo.get("/dashboard/summary")
    assert date.fromisoformat(summary["today"]) == today + timedelta(days=7)
    assert summary["activities"] > activities
    proposed = demo.get("/approvals")["items"]
    assert [one["cause"] for one in proposed] == ["weekly"]
    newest = demo.get("/activities", limit=1)["items"][0]
    assert today <= date.fromisoformat(newest["local_date"]) < today + timedelta(days=7)
