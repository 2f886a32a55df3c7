"""Strava's OAuth pages and API, to be mounted under `/strava`.

The consent page approves by itself. Three parameters that the real one lacks let a test choose:
`athlete` (a number), `approve=no` (the runner says no), `grant` (only these scopes are ticked).
"""

import gzip
import hashlib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, Router

from runcoach.simulators.fit_scan import FitFacts, NotAFitFile, scan
from runcoach.simulators.strava.shapes import activity_json, athlete_json, problem, upload_json
from runcoach.simulators.strava.state import (
    ACTIVITIES,
    CLIENT_ID,
    CLIENT_SECRET,
    DEMO_ATHLETE,
    UPLOADS,
    Grant,
    StravaState,
)
from runcoach.simulators.world.fit_messages import utc

Handler = Callable[[Request, Grant], Awaitable[Response]]
_FIRST_UPLOAD, _FIRST_ACTIVITY = 18_500_000_001, 17_200_000_001
_SAME_START_S = 2


class Strava:
    """The routes."""

    def __init__(self, state: StravaState) -> None:
        self._state, self._store = state, state.ctx.store

    def routes(self) -> list[Route]:
        api = "/api/v3"
        deauthorize = self._limited(self._deauthorize)
        return [
            Route("/oauth/authorize", self._authorize),
            Route("/oauth/token", self._token, methods=["POST"]),
            Route(api + "/oauth/token", self._token, methods=["POST"]),
            Route("/oauth/deauthorize", deauthorize, methods=["POST"]),
            Route(api + "/oauth/deauthorize", deauthorize, methods=["POST"]),
            Route(api + "/athlete", self._limited(self._athlete)),
            Route(api + "/athlete/activities", self._limited(self._list)),
            Route(api + "/activities/{id:int}", self._limited(self._activity)),
            Route(api + "/uploads", self._limited(self._upload), methods=["POST"]),
            Route(api + "/uploads/{id:int}", self._limited(self._poll)),
        ]

    def _limited(self, handler: Handler) -> Callable[[Request], Awaitable[Response]]:
        """The handler behind rate limits, the app's status and the token check."""

        async def endpoint(request: Request) -> Response:
            headers, is_over = self._state.count(is_read=request.method == "GET")
            response = await self._checked(request, handler, is_over=is_over)
            response.headers.update(headers)
            return response

        return endpoint

    async def _checked(self, request: Request, handler: Handler, *, is_over: bool) -> Response:
        if is_over:
            body = {"message": "Too Many Requests", "errors": "Rate Limit Exceeded", "status": 429}
            return JSONResponse(body, 429)
        if not self._state.settings.active:
            return problem(403, "Forbidden", "Application", "Status", "Inactive")
        token = request.headers.get("authorization", "").removeprefix("Bearer ").strip()
        grant = self._state.grant(token or request.query_params.get("access_token", ""))
        if grant is None:
            return problem(401, "Authorization Error", "Athlete", "access_token", "invalid")
        return await handler(request, grant)

    async def _authorize(self, request: Request) -> Response:
        asked = request.query_params
        if asked.get("client_id") != CLIENT_ID:
            return problem(400, "Bad Request", "Application", "client_id", "invalid")
        answer = {"state": asked.get("state", "")}
        if asked.get("approve") == "no":
            answer["error"] = "access_denied"
        else:
            scope = asked.get("grant", asked.get("scope", "read"))
            athlete = int(asked.get("athlete", DEMO_ATHLETE))
            answer |= {"code": self._state.new_code(athlete, scope), "scope": scope}
        back = asked.get("redirect_uri", "")
        return RedirectResponse(f"{back}{'&' if '?' in back else '?'}{urlencode(answer)}", 302)

    async def _token(self, request: Request) -> Response:
        asked = {**request.query_params, **(await request.form())}
        if asked.get("client_id") != CLIENT_ID:
            return problem(400, "Bad Request", "Application", "client_id", "invalid")
        if asked.get("client_secret") != CLIENT_SECRET:
            return problem(401, "Authorization Error", "Application", "", "invalid")
        if asked.get("grant_type") == "refresh_token":
            tokens = self._state.rotate(str(asked.get("refresh_token", "")))
            field = "refresh_token"
        else:
            tokens, field = self._state.redeem(str(asked.get("code", ""))), "code"
        if tokens is None:
            return problem(
                400,
                "Bad Request",
                "RefreshToken" if field != "code" else "AuthorizationCode",
                field,
                "invalid",
            )
        if field == "code":
            grant = self._state.grant(tokens["access_token"])
            tokens |= {"athlete": athlete_json(grant.athlete)} if grant else {}
        return JSONResponse(tokens)

    async def _deauthorize(self, request: Request, grant: Grant) -> Response:
        self._state.revoke(grant.athlete)
        return JSONResponse(
            {"access_token": request.headers.get("authorization", "").removeprefix("Bearer ")}
        )

    async def _athlete(self, _request: Request, grant: Grant) -> Response:
        return JSONResponse(athlete_json(grant.athlete))

    def _mine(self, grant: Grant) -> list[dict[str, Any]]:
        """The athlete's finished activities, newest first."""
        ready = [
            a for a in self._store.all(ACTIVITIES).values() if a["athlete"] == grant.athlete and a["ready"]
        ]
        return sorted(ready, key=lambda a: -int(a["start"]))

    async def _list(self, request: Request, grant: Grant) -> Response:
        if not (grant.allows("activity:read") or grant.allows("activity:read_all")):
            return problem(401, "Authorization Error", "AccessToken", "activity:read_permission", "missing")
        asked = request.query_params
        page, size = int(asked.get("page", 1)), min(int(asked.get("per_page", 30)), 200)
        after, before = float(asked.get("after", 0)), float(asked.get("before", 1e12))
        rows = [activity_json(a) for a in self._mine(grant)]
        rows = [r for r in rows if after < datetime.fromisoformat(r["start_date"]).timestamp() < before]
        return JSONResponse(rows[(page - 1) * size : page * size])

    async def _activity(self, request: Request, grant: Grant) -> Response:
        kept = self._store.get(ACTIVITIES, str(request.path_params["id"]))
        if kept is None or kept["athlete"] != grant.athlete or not kept["ready"]:
            return problem(404, "Record Not Found", "Activity", "id", "invalid")
        return JSONResponse(activity_json(kept))

    async def _upload(self, request: Request, grant: Grant) -> Response:
        if not grant.allows("activity:write"):
            return problem(401, "Authorization Error", "AccessToken", "activity:write_permission", "missing")
        form = await request.form()
        file, asked = form.get("file"), {**request.query_params, **form}
        if not isinstance(file, UploadFile):
            return problem(400, "Bad Request", "Upload", "file", "missing")
        content = await file.read()
        upload_id = self._store.next_id(UPLOADS, _FIRST_UPLOAD)
        external_id = str(asked.get("external_id") or file.filename or f"{upload_id}.fit")
        upload = {
            "id": upload_id,
            "athlete": grant.athlete,
            "external_id": external_id,
            "polls_left": self._state.settings.processing_polls,
            "sha256": hashlib.sha256(content).hexdigest(),
            "activity_id": None,
            "error": None,
        }
        upload |= self._process(grant, upload, content, asked)
        self._store.put(UPLOADS, str(upload_id), upload)
        body = {"external_id": external_id, "sha256": upload["sha256"], "error": upload["error"]}
        self._state.record(grant.athlete, "upload_accepted", upload_id, body)
        return JSONResponse(upload_json(upload, is_processing=True), 201)

    def _process(
        self, grant: Grant, upload: dict[str, Any], content: bytes, asked: dict[str, Any]
    ) -> dict[str, Any]:
        """Decide now what the polls will tell: an activity, a duplicate, or a file that cannot be read."""
        try:
            plain = gzip.decompress(content) if str(asked.get("data_type", "")).endswith(".gz") else content
            facts = scan(plain)
        except (NotAFitFile, OSError, EOFError):
            return {"error": f"{upload['external_id']} has a malformed file"}
        twin = self._twin(grant, facts)
        if twin is not None:
            return {"error": self._duplicate(upload["external_id"], twin)}
        activity_id = self._store.next_id(ACTIVITIES, _FIRST_ACTIVITY)
        activity = {
            "id": activity_id,
            "athlete": grant.athlete,
            "name": str(asked.get("name") or "Run"),
            "description": asked.get("description"),
            "external_id": upload["external_id"],
            "upload_id": upload["id"],
            "sha256": upload["sha256"],
            "start": facts.start,
            "start_date": utc(facts.start).astimezone(UTC).isoformat(),
            "elapsed_s": facts.elapsed_s,
            "timer_s": facts.timer_s,
            "distance_m": facts.distance_m,
            "sport": facts.sport,
            "ready": False,
        }
        self._store.put(ACTIVITIES, str(activity_id), activity)
        self._state.record(
            grant.athlete, "activity_created", activity_id, {"external_id": upload["external_id"]}
        )
        return {"activity_id": activity_id}

    def _twin(self, grant: Grant, facts: FitFacts) -> dict[str, Any] | None:
        """An activity that began at the same time; the same bytes began at the same time, too."""
        mine = (a for a in self._store.all(ACTIVITIES).values() if a["athlete"] == grant.athlete)
        return next((a for a in mine if abs(a["start"] - facts.start) <= _SAME_START_S), None)

    def _duplicate(self, external_id: str, twin: dict[str, Any]) -> str:
        if self._state.settings.duplicate_as_html:
            link = f"<a href='/activities/{twin['id']}' target='_blank'>{twin['name']}</a>"
            return f"{external_id} duplicate of {link}"
        return f"{external_id} duplicate of activity {twin['id']}"

    async def _poll(self, request: Request, grant: Grant) -> Response:
        upload = self._store.get(UPLOADS, str(request.path_params["id"]))
        if upload is None or upload["athlete"] != grant.athlete:
            return problem(404, "Record Not Found", "Upload", "id", "invalid")
        is_processing = upload["polls_left"] != 0
        if upload["polls_left"] > 0:
            self._store.put(UPLOADS, str(upload["id"]), upload | {"polls_left": upload["polls_left"] - 1})
        if not is_processing and upload["activity_id"] is not None:
            kept = self._store.get(ACTIVITIES, str(upload["activity_id"]))
            if kept is None:
                return JSONResponse(upload_json(upload | {"error": "The created activity has been deleted."}))
            self._store.put(ACTIVITIES, str(kept["id"]), kept | {"ready": True})
        return JSONResponse(upload_json(upload, is_processing=is_processing))


def strava_app(state: StravaState) -> Router:
    """Every route of the service."""
    return Router(Strava(state).routes())
