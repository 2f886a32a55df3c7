"""Garmin's part of the control API.

GET  /_control/garmin/accounts                         every account with its password and MFA code
POST /_control/garmin/accounts                         make one: {email?, password?, mfa?, mfa_code?,
                                                       mfa_ttl_s?, token_ttl_s?, activities?, seed?}
POST /_control/garmin/accounts/{email} {password?, mfa?, …}          change it
POST /_control/garmin/accounts/{email}/end_tokens {"refresh": false} end access (and refresh) tokens
POST /_control/garmin/activities/{id} {name?, type?, distance_m?, deleted?}   edit as on the vendor's site
GET  /_control/world?account=                          today, planted truths, number of activities
POST /_control/advance {days, account?, miss?: bool, late_days?: int}     let the athlete live on; the last
                                                       two decide what is else left to the seeded dice
"""

from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.cloud import GarminCloud
from runcoach.simulators.world import Whim
from runcoach.simulators.world.world import LivedDay


class GarminControl:
    """Make accounts, end tokens, let life go on."""

    def __init__(self, cloud: GarminCloud) -> None:
        self._cloud = cloud

    def routes(self) -> list[Route]:
        accounts = "/_control/garmin/accounts"
        return [
            Route(accounts, self._list, methods=["GET"]),
            Route(accounts, self._create, methods=["POST"]),
            Route(accounts + "/{email}", self._change, methods=["POST"]),
            Route(accounts + "/{email}/end_tokens", self._end_tokens, methods=["POST"]),
            Route("/_control/garmin/activities/{id:int}", self._edit, methods=["POST"]),
            Route("/_control/world", self._world),
            Route("/_control/advance", self._advance, methods=["POST"]),
        ]

    def _account(self, email: str | None) -> Account | None:
        return self._cloud.accounts.by_email(email or self._cloud.ctx.config.demo_email)

    async def _list(self, _request: Request) -> Response:
        return JSONResponse([asdict(account) for account in self._cloud.accounts.every()])

    async def _create(self, request: Request) -> Response:
        asked = await request.json() if await request.body() else {}
        if "email" in asked and self._cloud.accounts.by_email(asked["email"]):
            return JSONResponse({"error": "this account exists"}, 409)
        try:
            return JSONResponse(asdict(self._cloud.accounts.create(asked)), 201)
        except TypeError as error:
            return JSONResponse({"error": str(error)}, 422)

    async def _change(self, request: Request) -> Response:
        account = self._account(request.path_params["email"])
        if account is None:
            return Response(status_code=404)
        try:
            return JSONResponse(asdict(self._cloud.accounts.change(account, **await request.json())))
        except TypeError as error:
            return JSONResponse({"error": str(error)}, 422)

    async def _end_tokens(self, request: Request) -> Response:
        account = self._account(request.path_params["email"])
        if account is None:
            return Response(status_code=404)
        asked = await request.json() if await request.body() else {}
        ended = {"access": self._cloud.accounts.end_access(account.email), "refresh": 0}
        if asked.get("refresh"):
            ended["refresh"] = self._cloud.accounts.end_refresh(account.email)
        return JSONResponse(ended)

    async def _edit(self, request: Request) -> Response:
        try:
            self._cloud.edit(request.path_params["id"], **await request.json())
        except ValueError as error:
            return JSONResponse({"error": str(error)}, 422)
        return Response(status_code=204)

    async def _world(self, request: Request) -> Response:
        account = self._account(request.query_params.get("account"))
        if account is None:
            return Response(status_code=404)
        world = self._cloud.world(account)
        ids = self._cloud.activity_ids(account)
        return JSONResponse(
            {
                "account": account.email,
                "today": str(world.today),
                "days_ahead": self._cloud.days_ahead(account),
                "first_day": str(world.first_day),
                "activities": len(ids),
                "runs": sum(world.session(i).sport.is_run for i in ids),
                "planted": [asdict(t) | {"start": str(t.start), "end": str(t.end)} for t in world.planted],
            }
        )

    async def _advance(self, request: Request) -> Response:
        asked = await request.json()
        account = self._account(asked.get("account"))
        days = int(asked.get("days", 1))
        if account is None:
            return Response(status_code=404)
        if not 1 <= days <= 366:
            return JSONResponse({"error": "days must be 1 to 366"}, 422)
        whim = Whim(asked.get("miss"), asked.get("late_days"))
        return JSONResponse([_lived(day) for day in self._cloud.advance(account, days, whim)])


def _lived(lived: LivedDay) -> dict[str, Any]:
    recorded = [
        {
            "title": s.title,
            "sport": s.sport.value,
            "workout_id": s.workout_id,
            "visible_from": str(s.visible_from) if s.visible_from else None,
        }
        for s in lived.sessions
    ]
    return {"day": str(lived.day), "recorded": recorded}
