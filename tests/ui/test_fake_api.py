"""The fake answers in the shapes of the real API."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.schemas.activities import ActivitiesOut, ActivityDetailOut, SamplesOut
from api.schemas.auth import MeOut
from api.schemas.chat import ChatAccepted, ConversationDetailOut, ConversationsOut
from api.schemas.dashboard import DashboardTrendsOut, SummaryOut
from api.schemas.garmin import GarminStatusOut, MfaOut
from api.schemas.ingest import CoverageOut, ImportAccepted, ImportOut, IngestStatusOut
from api.schemas.jobs import JobsOut
from api.schemas.plans import ApprovalsOut, ProposalOut, TwoMonthsOut
from api.schemas.strava import StravaStatusOut
from api.schemas.system import InfoOut
from tests.ui import sample_answers as sample
from tests.ui.fake_api import COOKIE, World, create_fake_api

ACTIVITY = sample.an_activity()["id"]
PROPOSAL = sample.an_id("proposal")
GETS = [
    ("/auth/me", MeOut),
    ("/system/info", InfoOut),
    ("/dashboard/summary", SummaryOut),
    ("/dashboard/trends", DashboardTrendsOut),
    ("/activities", ActivitiesOut),
    (f"/activities/{ACTIVITY}", ActivityDetailOut),
    (f"/activities/{ACTIVITY}/samples", SamplesOut),
    ("/plans/two-months", TwoMonthsOut),
    ("/approvals", ApprovalsOut),
    (f"/approvals/{PROPOSAL}", ProposalOut),
    ("/garmin/status", GarminStatusOut),
    ("/strava/status", StravaStatusOut),
    ("/ingest/status", IngestStatusOut),
    ("/ingest/coverage", CoverageOut),
    ("/jobs", JobsOut),
    ("/ai/conversations", ConversationsOut),
    (f"/ai/conversations/{sample.an_id('chat')}", ConversationDetailOut),
    (f"/imports/{sample.an_id('upload')}", ImportOut),
]
POSTS: list[tuple[str, Any, Any]] = [
    ("/ai/chat", ChatAccepted, {"message": "x"}),
    ("/garmin/mfa", MfaOut, {"code": "123456"}),
    ("/imports", ImportAccepted, {}),
]


def client() -> TestClient:
    world = World(jobs=[sample.a_job("garmin_backfill"), sample.a_job("import_files", "parked")])
    return TestClient(create_fake_api(world), cookies={COOKIE: "token-alice"}, headers={"X-RC-Request": "1"})


@pytest.mark.parametrize(("path", "shape"), GETS)
def test_answer_has_the_shape_of_the_contract(path: str, shape: Any) -> None:
    answer = client().get(f"/api/v1{path}")
    assert answer.status_code == 200
    shape.model_validate(answer.json())


@pytest.mark.parametrize(("path", "shape", "body"), POSTS)
def test_effect_has_the_shape_of_the_contract(path: str, shape: Any, body: Any) -> None:
    shape.model_validate(client().post(f"/api/v1{path}", json=body).json())
