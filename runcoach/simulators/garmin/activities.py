"""Activity list, detail, splits, zones and the FIT download, in the recorded shapes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.activity_shapes import detail, edited, lap_row, list_row
from runcoach.simulators.garmin.cloud import GarminCloud
from runcoach.simulators.garmin.http import forbidden, guarded, not_found
from runcoach.simulators.world import Summary, body
from runcoach.simulators.world.summary import HR_ZONE_FLOORS


class Activities:
    """What the runner recorded."""

    def __init__(self, cloud: GarminCloud) -> None:
        self._cloud = cloud

    def routes(self) -> list[Route]:
        def at(path: str, handler: Any, method: str = "GET") -> Route:
            return Route(path, guarded(self._cloud, handler), methods=[method])

        one = "/activity-service/activity/{id:int}"
        return [
            at("/activitylist-service/activities/search/activities", self._list),
            at("/activitylist-service/activities/count", self._count),
            at("/download-service/files/activity/{id:int}", self._download),
            at(one, self._detail),
            at(one, self._delete, "DELETE"),
            at(one, self._rename, "PUT"),
            at(one + "/splits", self._splits),
            at(one + "/hrTimeInZones", self._zones),
            at(one + "/weather", self._weather),
        ]

    async def _list(self, request: Request, account: Account) -> Response:
        asked = request.query_params
        start, limit = int(asked.get("start", 0)), min(int(asked.get("limit", 20)), 1000)
        ids = [i for i in self._cloud.activity_ids(account) if self._wanted(account, i, asked)]
        if asked.get("sortOrder") == "asc":
            ids.reverse()
        return JSONResponse([self._row(account, i) for i in ids[start : start + limit]])

    def _wanted(self, account: Account, activity_id: int, asked: Any) -> bool:
        session = self._cloud.world(account).session(activity_id)
        day = session.day.isoformat()
        if not asked.get("startDate", "") <= day <= asked.get("endDate", "9999"):
            return False
        kind = asked.get("activityType")
        return kind in (None, session.sport.value) or (kind == "running" and session.sport.is_run)

    def _row(self, account: Account, activity_id: int) -> dict[str, Any]:
        row = list_row(account, activity_id, self._cloud.world(account).summary(activity_id))
        return edited(row, self._cloud.edits(activity_id))

    async def _count(self, _request: Request, account: Account) -> Response:
        return JSONResponse({"totalCount": len(self._cloud.activity_ids(account))})

    async def _download(self, request: Request, account: Account) -> Response:
        activity_id = request.path_params["id"]
        if not self._cloud.has_activity(account, activity_id):
            return self._missing(account, activity_id)
        content = self._cloud.world(account).fit_zip(activity_id)
        name = f'attachment; filename="{activity_id}.zip"'
        return Response(content, media_type="application/zip", headers={"content-disposition": name})

    def _missing(self, account: Account, activity_id: int) -> Response:
        others = [a for a in self._cloud.accounts.every() if a.email != account.email]
        theirs = any(self._cloud.has_activity(other, activity_id) for other in others)
        return forbidden() if theirs else not_found()

    async def _detail(self, request: Request, account: Account) -> Response:
        activity_id = request.path_params["id"]
        if not self._cloud.has_activity(account, activity_id):
            return self._missing(account, activity_id)
        return JSONResponse(detail(self._row(account, activity_id), self._summary(account, activity_id)))

    def _summary(self, account: Account, activity_id: int) -> Summary:
        return self._cloud.world(account).summary(activity_id)

    async def _delete(self, request: Request, account: Account) -> Response:
        activity_id = request.path_params["id"]
        if not self._cloud.has_activity(account, activity_id):
            return self._missing(account, activity_id)
        self._cloud.edit(activity_id, deleted=True)
        self._cloud.ctx.ledger.add("garmin", account.email, "activity_deleted", activity_id)
        return Response(status_code=204)

    async def _rename(self, request: Request, account: Account) -> Response:
        activity_id = request.path_params["id"]
        if not self._cloud.has_activity(account, activity_id):
            return self._missing(account, activity_id)
        asked = await request.json()
        if "activityName" in asked:
            self._cloud.edit(activity_id, name=str(asked["activityName"]))
        self._cloud.ctx.ledger.add("garmin", account.email, "activity_changed", activity_id, asked)
        return Response(status_code=204)

    async def _splits(self, request: Request, account: Account) -> Response:
        activity_id = request.path_params["id"]
        if not self._cloud.has_activity(account, activity_id):
            return self._missing(account, activity_id)
        summary = self._summary(account, activity_id)
        laps = [lap_row(summary, lap, number) for number, lap in enumerate(summary.laps)]
        return JSONResponse({"activityId": activity_id, "lapDTOs": laps, "eventDTOs": []})

    async def _zones(self, request: Request, account: Account) -> Response:
        activity_id = request.path_params["id"]
        if not self._cloud.has_activity(account, activity_id):
            return self._missing(account, activity_id)
        seconds = self._summary(account, activity_id).hr_zone_s
        floors = [round(body.HR_MAX_BPM * part) for part in HR_ZONE_FLOORS]
        zones = enumerate(zip(seconds, floors, strict=True), 1)
        return JSONResponse(
            [{"zoneNumber": n, "secsInZone": float(s), "zoneLowBoundary": floor} for n, (s, floor) in zones]
        )

    async def _weather(self, request: Request, account: Account) -> Response:
        activity_id = request.path_params["id"]
        if not self._cloud.has_activity(account, activity_id):
            return self._missing(account, activity_id)
        summary = self._summary(account, activity_id)
        fahrenheit = round(summary.session.temp_c * 1.8 + 32)
        return JSONResponse(
            {
                "issueDate": summary.start.strftime("%Y-%m-%dT%H:00:00.000+00:00"),
                "temp": fahrenheit,
                "apparentTemp": fahrenheit,
                "dewPoint": fahrenheit - 12,
                "relativeHumidity": 60,
                "windDirection": 270,
                "windDirectionCompassPoint": "w",
                "windSpeed": 5,
                "weatherStationDTO": {"id": "47108", "name": "", "timezone": None},
                "weatherTypeDTO": {"weatherTypePk": None, "desc": "Fair", "image": None},
            }
        )
