"""Puts the API together."""

from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute

from api import errors
from api.aliases import PREFIX
from api.deps import ApiDeps
from api.etags import ETags
from api.guard import Guard
from api.routes import (
    activities,
    ai,
    approvals,
    auth,
    codec,
    dashboard,
    fitness,
    garmin,
    imports,
    ingest,
    jobs,
    plans,
    strava,
    system,
    users,
    zones,
)
from api.schemas.common import Problem
from runcoach import VERSION

TAGS = [
    {"name": "auth", "description": "Accounts and sessions"},
    {"name": "users", "description": "The runner: profile and goals"},
    {"name": "garmin", "description": "The watch account"},
    {"name": "ingest", "description": "Syncs, history and coverage"},
    {"name": "jobs", "description": "Long-running work"},
    {"name": "imports", "description": "Files that a runner drops in"},
    {"name": "activities", "description": "What was recorded"},
    {"name": "fitness", "description": "Figures, each with its receipt"},
    {"name": "zones", "description": "Thresholds and zones, dated"},
    {"name": "dashboard", "description": "The first screen"},
    {"name": "plans", "description": "Plans and workouts"},
    {"name": "approvals", "description": "Proposals and the owner's decisions"},
    {"name": "strava", "description": "Outbound only"},
    {"name": "ai", "description": "The coach"},
    {"name": "system", "description": "Health and version"},
    {"name": "codec", "description": "Payloads for Temporal's UI"},
]

_PROBLEM = {"model": Problem, "description": "problem+json"}
_EVERYWHERE: dict[int | str, dict[str, Any]] = {code: _PROBLEM for code in (401, 403, 404, 409, 422, 503)}


def create_app(deps: ApiDeps) -> FastAPI:
    """The ASGI app. It owns nothing that needs closing: wiring opens and closes what `deps` holds."""
    app = FastAPI(
        title="RunCoach",
        version=VERSION,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        openapi_tags=TAGS,
        generate_unique_id_function=_operation_id,
        redirect_slashes=False,
    )
    app.state.deps = deps
    errors.install(app)
    everything = APIRouter(prefix=PREFIX, responses=_EVERYWHERE)
    for room in (auth, users, garmin, ingest, jobs, imports, activities, fitness, dashboard):
        everything.include_router(room.router)
    for room in (zones, plans, approvals, strava, ai, system, codec):
        everything.include_router(room.router)
    app.include_router(everything)
    app.add_api_route("/healthz", system.live, include_in_schema=False)
    app.add_middleware(ETags)
    app.add_middleware(Guard, config=deps.config)
    return app


def _operation_id(route: APIRoute) -> str:
    tag = str(route.tags[0]) if route.tags else "app"
    return f"{tag}_{route.name}"
