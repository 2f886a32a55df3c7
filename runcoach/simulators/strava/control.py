"""Strava's part of the control API.

GET/POST /_control/strava/settings {active, processing_polls, duplicate_as_html, token_ttl_s, short_limit, …}
GET      /_control/strava/activities                   what was uploaded and accepted
DELETE   /_control/strava/activities/{id}              the runner deletes it on the site
POST     /_control/strava/athletes/{id}/end_tokens {"refresh": false}
"""

from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.strava.state import ACTIVITIES, StravaState


class StravaControl:
    """Settings, what arrived, tokens."""

    def __init__(self, state: StravaState) -> None:
        self._state = state

    def routes(self) -> list[Route]:
        settings, activities = "/_control/strava/settings", "/_control/strava/activities"
        return [
            Route(settings, self._read, methods=["GET"]),
            Route(settings, self._change, methods=["POST"]),
            Route(activities, self._activities, methods=["GET"]),
            Route(activities + "/{id:int}", self._delete, methods=["DELETE"]),
            Route("/_control/strava/athletes/{id:int}/end_tokens", self._end_tokens, methods=["POST"]),
        ]

    async def _read(self, _request: Request) -> Response:
        return JSONResponse(asdict(self._state.settings))

    async def _change(self, request: Request) -> Response:
        try:
            return JSONResponse(asdict(self._state.change(**await request.json())))
        except TypeError as error:
            return JSONResponse({"error": str(error)}, 422)

    async def _activities(self, _request: Request) -> Response:
        return JSONResponse(list(self._state.ctx.store.all(ACTIVITIES).values()))

    async def _delete(self, request: Request) -> Response:
        gone = self._state.ctx.store.delete(ACTIVITIES, str(request.path_params["id"]))
        return Response(status_code=204 if gone else 404)

    async def _end_tokens(self, request: Request) -> Response:
        athlete = request.path_params["id"]
        asked = await request.json() if await request.body() else {}
        if asked.get("refresh"):
            self._state.revoke(athlete)
        else:
            self._state.end_access(athlete)
        return Response(status_code=204)
