"""Activity list, detail, splits, zones and the FIT download, in the recorded shapes."""

from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.cloud import GarminCloud
from runcoach.simulators.garmin.http import forbidden, guarded, not_found
from runcoach.simulators.world import Sport, Summary, body
from runcoach.simulators.world.fit import SERIAL
from runcoach.simulators.world.session import Intensity
from runcoach.simulators.world.summary import HR_ZONE_FLOORS, SEOUL_OFFSET_S, Stretch

_RUNNING = 1
_TYPE = {
    Sport.RUNNING: (1, 17),
    Sport.TREADMILL: (18, _RUNNING),
    Sport.TRACK: (8, _RUNNING),
    Sport.TRAIL: (6, _RUNNING),
    Sport.WALKING: (9, 17),
    Sport.CYCLING: (2, 17),
    Sport.STRENGTH: (13, 29),
}
_INTENSITY = {
    Intensity.ACTIVE: "INTERVAL",
    Intensity.REST: "RECOVERY",
    Intensity.WARMUP: "WARMUP",
    Intensity.COOLDOWN: "COOLDOWN",
}


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
        row["activityName"] = self._cloud.edits(activity_id).get("name", row["activityName"])
        return row

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
        laps = [_lap(summary, lap, number) for number, lap in enumerate(summary.laps)]
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


def _local(at: datetime) -> datetime:
    return at + timedelta(seconds=SEOUL_OFFSET_S)


def list_row(account: Account, activity_id: int, summary: Summary) -> dict[str, Any]:
    """One row of the activity list; figures that the sport lacks are left out."""
    session, whole = summary.session, summary.whole
    type_id, parent = _TYPE[session.sport]
    started = summary.start
    event = {"typeId": 1, "typeKey": "race", "sortOrder": 5} if session.is_race else _TRAINING
    row: dict[str, Any] = {
        "activityId": activity_id,
        "activityName": session.title,
        "description": None,
        "startTimeLocal": _local(started).strftime("%Y-%m-%d %H:%M:%S"),
        "startTimeGMT": started.strftime("%Y-%m-%d %H:%M:%S"),
        "activityType": {"typeId": type_id, "typeKey": session.sport.value, "parentTypeId": parent},
        "eventType": event,
        "distance": whole.distance_m,
        "duration": float(whole.timer_s),
        "elapsedDuration": float(whole.elapsed_s),
        "movingDuration": float(summary.moving_s),
        "averageHR": float(whole.avg_hr_bpm),
        "maxHR": float(whole.max_hr_bpm),
        "calories": float(whole.calories),
        "ownerId": account.profile_id,
        "ownerDisplayName": account.display_name,
        "ownerFullName": account.full_name,
        "privacy": {"typeId": 2, "typeKey": "private"},
        "timeZoneId": 164,
        "beginTimestamp": int(started.timestamp()) * 1000,
        "sportTypeId": 1 if session.sport.is_run else 0,
        "deviceId": SERIAL,
        "manufacturer": "GARMIN",
        "lapCount": len(summary.laps),
        "hasPolyline": summary.start_position is not None,
        "aerobicTrainingEffect": summary.aerobic_effect,
        "anaerobicTrainingEffect": summary.anaerobic_effect,
        "activityTrainingLoad": summary.training_load,
        "minTemperature": float(round(session.temp_c)),
        "maxTemperature": float(round(session.temp_c)),
        "workoutId": session.workout_id,
        "endTimeGMT": (started + timedelta(seconds=whole.elapsed_s)).strftime("%Y-%m-%d %H:%M:%S"),
        "pr": False,
        "favorite": False,
        "autoCalcCalories": False,
        "elevationCorrected": False,
        "atpActivity": False,
        "parent": False,
        "purposeful": False,
        "manualActivity": False,
    }
    row |= {f"hrTimeInZone_{n}": float(s) for n, s in enumerate(summary.hr_zone_s, 1)}
    return row | _speed(whole) | _height(summary) | _dynamics(whole) | _places(summary)


_TRAINING = {"typeId": 6, "typeKey": "training", "sortOrder": 10}


def _speed(part: Stretch) -> dict[str, Any]:
    if not part.distance_m:
        return {}
    return {"averageSpeed": part.avg_speed_mps, "maxSpeed": part.max_speed_mps}


def _height(summary: Summary) -> dict[str, Any]:
    if summary.min_altitude_m is None:
        return {}
    whole = summary.whole
    climbs = {"elevationGain": float(whole.ascent_m or 0), "elevationLoss": float(whole.descent_m or 0)}
    return climbs | {"minElevation": summary.min_altitude_m, "maxElevation": summary.max_altitude_m}


def _dynamics(part: Stretch) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if part.avg_cadence_spm and part.max_cadence_spm:
        steps = part.avg_cadence_spm * part.timer_s / 60.0
        out |= {
            "averageRunningCadenceInStepsPerMinute": float(part.avg_cadence_spm),
            "maxRunningCadenceInStepsPerMinute": float(part.max_cadence_spm),
            "maxDoubleCadence": float(part.max_cadence_spm),
            "steps": round(steps),
            "avgStrideLength": round(part.distance_m / steps * 100.0, 2),
        }
    if part.avg_power_w:
        out |= {"avgPower": float(part.avg_power_w), "maxPower": float(part.max_power_w or 0)}
    return out


def _places(summary: Summary) -> dict[str, Any]:
    if summary.start_position is None or summary.end_position is None:
        return {}
    (lat, lon), (end_lat, end_lon) = summary.start_position, summary.end_position
    return {"startLatitude": lat, "startLongitude": lon, "endLatitude": end_lat, "endLongitude": end_lon}


_COPIED = (
    "startLatitude", "startLongitude", "endLatitude", "endLongitude", "distance", "duration",
    "elapsedDuration", "movingDuration", "elevationGain", "elevationLoss", "maxElevation", "minElevation",
    "averageSpeed", "maxSpeed", "calories", "averageHR", "maxHR", "anaerobicTrainingEffect",
    "activityTrainingLoad",
)  # fmt: skip
_RENAMED = {
    "averageRunningCadenceInStepsPerMinute": "averageRunCadence",
    "maxRunningCadenceInStepsPerMinute": "maxRunCadence",
    "avgPower": "averagePower",
    "maxPower": "maxPower",
    "avgStrideLength": "strideLength",
}


def detail(row: dict[str, Any], summary: Summary) -> dict[str, Any]:
    """The activity page: the figures of the list row under `summaryDTO`, the rest in DTOs."""
    started = summary.start
    figures = {
        "startTimeLocal": _local(started).strftime("%Y-%m-%dT%H:%M:%S.0"),
        "startTimeGMT": started.strftime("%Y-%m-%dT%H:%M:%S.0"),
        "trainingEffect": summary.aerobic_effect,
        "averageTemperature": row["minTemperature"],
    }
    figures |= {key: row[key] for key in _COPIED if key in row}
    figures |= {new: row[old] for old, new in _RENAMED.items() if old in row}
    return {
        "activityId": row["activityId"],
        "activityName": row["activityName"],
        "userProfileId": row["ownerId"],
        "isMultiSportParent": False,
        "activityTypeDTO": row["activityType"],
        "eventTypeDTO": row["eventType"],
        "accessControlRuleDTO": row["privacy"],
        "timeZoneUnitDTO": {"unitId": 164, "unitKey": "Asia/Seoul", "factor": 0.0, "timeZone": "Asia/Seoul"},
        "metadataDTO": {
            "isOriginal": True,
            "fileFormat": {"formatId": 7, "formatKey": "fit"},
            "lastUpdateDate": row["endTimeGMT"].replace(" ", "T") + ".0",
            "uploadedDate": row["endTimeGMT"].replace(" ", "T") + ".0",
            "hasPolyline": row["hasPolyline"],
            "hasHrTimeInZones": True,
            "childIds": [],
            "manufacturer": "GARMIN",
            "lapCount": row["lapCount"],
            "associatedWorkoutId": row["workoutId"],
            "deviceMetaDataDTO": {"deviceId": str(row["deviceId"]), "deviceTypePk": 37421},
            "favorite": False,
            "personalRecord": False,
            "manualActivity": False,
        },
        "summaryDTO": figures,
    }


def _lap(summary: Summary, lap: Stretch, number: int) -> dict[str, Any]:
    started = summary.start + timedelta(seconds=lap.start_s)
    out: dict[str, Any] = {
        "startTimeGMT": started.strftime("%Y-%m-%dT%H:%M:%S.0"),
        "distance": lap.distance_m,
        "duration": float(lap.timer_s),
        "elapsedDuration": float(lap.elapsed_s),
        "calories": float(lap.calories),
        "averageHR": float(lap.avg_hr_bpm),
        "maxHR": float(lap.max_hr_bpm),
        "lapIndex": number + 1,
        "messageIndex": number,
        "intensityType": _INTENSITY[lap.intensity],
        "lengthDTOs": [],
    }
    if lap.ascent_m is not None:
        out |= {"elevationGain": float(lap.ascent_m), "elevationLoss": float(lap.descent_m or 0)}
    if lap.avg_cadence_spm:
        out |= {
            "averageRunCadence": float(lap.avg_cadence_spm),
            "maxRunCadence": float(lap.max_cadence_spm or 0),
        }
    if lap.avg_power_w:
        out |= {"averagePower": float(lap.avg_power_w), "maxPower": float(lap.max_power_w or 0)}
    return out | _speed(lap)
