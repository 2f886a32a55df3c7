"""The API as the screens see it: the contract's paths, two accounts, and data that tests may change."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from tests.ui import sample_answers as sample

PASSWORD = "correct horse battery staple"
COOKIE = "rc_session"


@dataclass
class World:
    """What is true behind the fake API."""

    activity_name: str = "한강 이지런"
    workout_title: str = "3x800m I"
    garmin_state: str = "connected"
    garmin_error: dict[str, str] | None = None
    proposal_open: bool = True
    push_state: str = "verified"
    jobs: list[dict[str, Any]] = field(default_factory=list)
    answer: str = "체력(CTL)은 **34**예요."
    messages: list[dict[str, Any]] = field(default_factory=list)
    goals: list[dict[str, Any]] = field(default_factory=list)
    profile: dict[str, Any] = field(default_factory=sample.a_profile)
    language: dict[str, str] = field(default_factory=lambda: {"alice": "ko", "bob": "ko"})
    calls: list[tuple[str, str, Any]] = field(default_factory=list)
    problems: dict[str, tuple[int, str, str, str]] = field(default_factory=dict)

    def bodies(self, path: str) -> list[Any]:
        """Bodies that came to a path, in order."""
        return [body for _, asked, body in self.calls if asked == path]


def create_fake_api(world: World) -> FastAPI:
    """The app; it keeps what was asked in `world.calls`."""
    app = FastAPI()

    @app.middleware("http")
    async def gate(request: Request, go_on: Any) -> Response:
        path = request.url.path.removeprefix("/api/v1")
        if request.method != "GET":
            raw = await request.body()
            is_json = "json" in request.headers.get("content-type", "")
            world.calls.append((request.method, path, json.loads(raw) if is_json and raw else raw))
            if request.headers.get("x-rc-request") != "1":
                return _problem(403, "foreign_origin", "From elsewhere.", "Reload.")
        if path in world.problems:
            return _problem(*world.problems[path])
        if path not in ("/auth/login", "/auth/register", "/system/info") and _who(request) is None:
            return _problem(401, "not_logged_in", "로그인이 필요해요.", "로그인해 주세요.")
        return await go_on(request)  # type: ignore[no-any-return]

    _accounts(app, world)
    _reads(app, world)
    _plan(app, world)
    _data(app, world)
    _chat(app, world)
    return app


def _who(request: Request) -> str | None:
    return {"token-alice": "alice", "token-bob": "bob"}.get(request.cookies.get(COOKIE, ""))


def _problem(status: int, code: str, detail: str, next_step: str) -> JSONResponse:
    body = {"type": f"urn:runcoach:problem:{code}", "title": code, "status": status, "code": code}
    body |= {"detail": detail, "next_step": next_step, "instance": "1"}
    return JSONResponse(body, status, media_type="application/problem+json")


def _me(world: World, name: str) -> dict[str, Any]:
    return {
        "id": sample.an_id(name), "email": f"{name}@example.org", "display_name": name, "units": "metric",
        "language": world.language[name], "time_zone": "Asia/Seoul", "is_owner": name == "alice",
        "is_demo": False,
    }  # fmt: skip


def _accounts(app: FastAPI, world: World) -> None:
    @app.post("/api/v1/auth/login")
    async def login(request: Request) -> Response:
        body = await request.json()
        name = body["email"].split("@")[0]
        if body["password"] != PASSWORD or name not in world.language:
            return _problem(401, "wrong_login", "이메일과 비밀번호가 맞지 않아요.", "다시 확인해 주세요.")
        answer = JSONResponse(_me(world, name))
        answer.set_cookie(COOKIE, f"token-{name}", httponly=True, samesite="lax", path="/")
        return answer

    @app.post("/api/v1/auth/logout")
    async def logout() -> Response:
        answer = Response(status_code=204)
        answer.delete_cookie(COOKIE, path="/")
        return answer

    @app.get("/api/v1/auth/me")
    async def me(request: Request) -> Any:
        return _me(world, _who(request) or "")

    @app.patch("/api/v1/auth/me")
    async def change(request: Request) -> Any:
        name = _who(request) or ""
        world.language[name] = (await request.json())["language"]
        return _me(world, name)

    @app.get("/api/v1/system/info")
    async def info() -> Any:
        return {
            "version": "0.1.0", "temporal_ui_url": None, "is_demo": True, "has_owner": True,
            "demo_login": {"email": "alice@example.org", "password": PASSWORD},
            "languages": ["ko", "en"], "coach": "rules",
        }  # fmt: skip


def _reads(app: FastAPI, world: World) -> None:
    @app.get("/api/v1/dashboard/summary")
    async def summary() -> Any:
        return sample.summary(world.activity_name, world.jobs, int(world.proposal_open))

    @app.get("/api/v1/dashboard/trends")
    async def trends() -> Any:
        return sample.trends()

    @app.get("/api/v1/activities")
    async def activities() -> Any:
        return {"items": [sample.an_activity(world.activity_name)], "next_cursor": None}

    @app.get("/api/v1/activities/{activity_id}")
    async def activity(activity_id: str) -> Any:
        found = sample.an_activity(world.activity_name)
        return (
            sample.detail(found) if found["id"] == activity_id else _problem(404, "not_found", "없어요.", "")
        )

    @app.get("/api/v1/activities/{activity_id}/samples")
    async def samples(activity_id: str) -> Any:
        return sample.samples()

    @app.get("/api/v1/activities/{activity_id}/fit")
    async def fit(activity_id: str) -> Response:
        headers = {"Content-Disposition": 'attachment; filename="run.fit"'}
        return Response(b"FIT" * 1000, media_type="application/octet-stream", headers=headers)


def _proposal(world: World) -> dict[str, Any]:
    if world.proposal_open:
        return sample.a_proposal(world.workout_title)
    return sample.a_proposal(
        world.workout_title, is_open=False, status="approved", push=sample.pushed(world.push_state),
        push_job=sample.a_job("push_workouts", "done"),
    )  # fmt: skip


def _plan(app: FastAPI, world: World) -> None:
    @app.get("/api/v1/plans/two-months")
    async def two_months() -> Any:
        waiting = sample.an_id("proposal") if world.proposal_open else None
        ledger = {"confirmed": 3, "assumed": 1, "missed": 1, "unknown": 0}
        return {"plan": sample.a_plan(world.workout_title), "open_proposal_id": waiting, "ledger": ledger}

    @app.get("/api/v1/approvals")
    async def approvals() -> Any:
        return {"items": [sample.a_summary_of(_proposal(world))] if world.proposal_open else []}

    @app.get("/api/v1/approvals/{proposal_id}")
    async def one(proposal_id: str) -> Any:
        return _proposal(world)

    @app.post("/api/v1/approvals/{proposal_id}/{decision}", status_code=202)
    async def decide(proposal_id: str, decision: str, request: Request) -> Any:
        world.proposal_open = False
        return {"workflow_id": "push/x", "status_url": "/api/v1/jobs/push/x"}

    @app.post("/api/v1/plans/generate", status_code=202)
    async def generate() -> Any:
        world.proposal_open = True
        return {"workflow_id": "weekly-plan/x", "status_url": "/", "proposal_id": sample.an_id("proposal")}

    @app.get("/api/v1/goals")
    async def goals() -> Any:
        return {"items": world.goals}

    @app.post("/api/v1/goals", status_code=201)
    async def new_goal(request: Request) -> Any:
        world.goals.append(await request.json() | {"id": sample.an_id(f"goal {len(world.goals)}")})
        return world.goals[-1]

    @app.put("/api/v1/goals/{goal_id}")
    async def change_goal(goal_id: str, request: Request) -> Any:
        goal = next(one for one in world.goals if one["id"] == goal_id)
        goal.update(await request.json())
        return goal

    @app.get("/api/v1/users/profile")
    async def profile() -> Any:
        return world.profile

    @app.put("/api/v1/users/profile")
    async def change_profile(request: Request) -> Any:
        world.profile = await request.json() | {"is_set": True}
        return world.profile


def _data(app: FastAPI, world: World) -> None:
    @app.get("/api/v1/garmin/status")
    async def garmin() -> Any:
        backfill = next((job for job in world.jobs if job["kind"] == "garmin_backfill"), None)
        return {
            "state": world.garmin_state, "account_name": "runner-1", "error": world.garmin_error,
            "retry_at": sample.MOMENT if world.garmin_state == "cooling_down" else None,
            "updated_at": sample.MOMENT, "connect_job": None, "backfill_job": backfill,
            "coverage": sample.coverage()["summary"],
        }  # fmt: skip

    @app.post("/api/v1/garmin/connect", status_code=202)
    async def connect() -> Any:
        world.garmin_state = "mfa_required"
        return {"workflow_id": "garmin-connect/x", "status_url": "/api/v1/garmin/status"}

    @app.post("/api/v1/garmin/mfa", status_code=202)
    async def mfa() -> Any:
        world.garmin_state = "connected"
        return {"state": "connected", "error": None, "status_url": "/api/v1/garmin/status"}

    @app.get("/api/v1/strava/status")
    async def strava() -> Any:
        newest = {"activity_id": sample.an_id("a"), "state": "done", "upload_id": "1", "error": None,
                  "strava_activity_id": "17", "url": "https://www.strava.com/activities/17"}  # fmt: skip
        return {
            "is_available": True, "state": "connected", "account_name": "지우", "error": None,
            "retry_at": None, "updated_at": sample.MOMENT, "uploaded": 1, "newest": newest,
        }  # fmt: skip

    @app.get("/api/v1/ingest/status")
    async def status() -> Any:
        counts = {"discovered": 0, "imported": 493, "unreadable": 1, "failed": 0}
        streams = sample.summary("", [], 0)["streams"]
        return {"streams": streams, "items": counts, "jobs": world.jobs}

    @app.get("/api/v1/ingest/coverage")
    async def coverage() -> Any:
        return sample.coverage()

    @app.get("/api/v1/jobs")
    async def jobs() -> Any:
        return {"items": world.jobs}

    @app.post("/api/v1/jobs/{job_id:path}/operate")
    async def operate(job_id: str) -> Any:
        for job in world.jobs:
            job.update(state="running", can_operate=False, needs_human=False, error=None)
        return world.jobs[0]

    @app.post("/api/v1/imports", status_code=202)
    async def imports(request: Request) -> Any:
        files = [_file("run.fit", "waiting"), _file("x.txt", "refused", "FIT 파일이 아니에요")]
        accepted = {"workflow_id": "import/x", "status_url": "/", "upload_id": sample.an_id("upload")}
        return accepted | {"files": files}

    @app.get("/api/v1/imports/{upload_id}")
    async def one_import(upload_id: str) -> Any:
        files = [_file("run.fit", "imported")]
        return {"id": upload_id, "created_at": sample.MOMENT, "state": "done", "files": files, "job": None}


def _file(name: str, state: str, reason: str | None = None) -> dict[str, Any]:
    return {"file_name": name, "sha256": None, "size_bytes": 9, "state": state, "activity_ids": [],
            "reason": "not_fit" if reason else None, "reason_text": reason}  # fmt: skip


def _chat(app: FastAPI, world: World) -> None:
    conversation = {
        "id": sample.an_id("chat"),
        "title": "체력",
        "language": "ko",
        "created_at": sample.MOMENT,
    }

    def message(role: str, content: str, tool: str | None = None) -> dict[str, Any]:
        return {"seq": len(world.messages) + 1, "role": role, "content": content, "tool_calls": [],
                "tool_name": tool, "turn_id": "t1", "created_at": sample.MOMENT}  # fmt: skip

    @app.get("/api/v1/ai/conversations")
    async def conversations() -> Any:
        return {"items": [conversation] if world.messages else []}

    @app.get("/api/v1/ai/conversations/{conversation_id}")
    async def one(conversation_id: str) -> Any:
        return conversation | {"messages": world.messages, "last_offset": 0, "open_turn_id": None}

    @app.post("/api/v1/ai/chat", status_code=202)
    async def chat(request: Request) -> Any:
        world.messages.append(message("user", (await request.json())["message"]))
        return {"workflow_id": "coach-chat/x", "status_url": "/", "conversation_id": conversation["id"],
                "turn_id": "t1", "seq": 1, "after": 0, "stream_url": "/"}  # fmt: skip

    @app.get("/api/v1/ai/conversations/{conversation_id}/stream")
    async def stream(conversation_id: str) -> StreamingResponse:
        tool = {"name": "get_fitness", "call_id": "c1"}
        events = [("tool_started", tool), ("tool_done", tool | {"is_error": False})]
        events += [("delta", {"text": part}) for part in (world.answer[:5], world.answer[5:])]
        events.append(("done", {"seq": 3}))

        async def lines() -> AsyncIterator[str]:
            for offset, (kind, data) in enumerate(events, 1):
                if kind == "done":
                    world.messages.append(message("tool", "{}", "get_fitness"))
                    world.messages.append(message("assistant", world.answer))
                event = {"offset": offset, "turn_id": "t1", "kind": kind, "data": data}
                yield f"id: {offset}\nevent: {kind}\ndata: {json.dumps(event)}\n\n"

        return StreamingResponse(lines(), media_type="text/event-stream")
