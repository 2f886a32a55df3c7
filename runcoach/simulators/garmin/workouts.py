"""Workouts and the calendar: create, read, update, delete, schedule, move, unschedule."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.cloud import SCHEDULES, WORKOUTS, GarminCloud
from runcoach.simulators.garmin.http import bad_request, guarded, not_found

_FIRST_WORKOUT, _FIRST_SCHEDULE, _FIRST_STEP = 1_400_000_001, 1_900_000_001, 9_500_000_001
_SUMMARY_KEYS = (
    "workoutId", "ownerId", "workoutName", "description", "sportType", "estimatedDurationInSecs",
    "estimatedDistanceInMeters", "workoutProvider", "workoutSourceId", "author",
)  # fmt: skip


class Workouts:
    """The workout library and the calendar of each account."""

    def __init__(self, cloud: GarminCloud) -> None:
        self._cloud, self._store, self._ledger = cloud, cloud.ctx.store, cloud.ctx.ledger

    def routes(self) -> list[Route]:
        def at(path: str, handler: Any, method: str = "GET") -> Route:
            return Route(path, guarded(self._cloud, handler), methods=[method])

        one, entry = "/workout-service/workout/{id:int}", "/workout-service/schedule/{id:int}"
        return [
            at("/workout-service/workouts", self._list),
            at("/workout-service/workout", self._create, "POST"),
            at(one, self._read),
            at(one, self._update, "PUT"),
            at(one, self._delete, "DELETE"),
            at("/workout-service/schedule/workoutScheduleByPeriod", self._period),
            at(entry, self._schedule, "POST"),
            at(entry, self._read_entry),
            at(entry, self._move, "PUT"),
            at(entry, self._unschedule, "DELETE"),
            at("/calendar-service/year/{year:int}/month/{month:int}", self._month),
        ]

    def _workout(self, account: Account, workout_id: int) -> dict[str, Any] | None:
        kept = self._store.get(WORKOUTS, str(workout_id))
        return kept["json"] if kept and kept["account"] == account.email else None

    def _entry(self, account: Account, entry_id: int) -> dict[str, Any] | None:
        kept = self._store.get(SCHEDULES, str(entry_id))
        return kept if kept and kept["account"] == account.email else None

    def _now(self) -> str:
        return self._cloud.ctx.clock.now().strftime("%Y-%m-%dT%H:%M:%S.0")

    def _record(self, account: Account, effect: str, key: int, body: Any) -> None:
        self._ledger.add("garmin", account.email, effect, key, body)

    async def _list(self, request: Request, account: Account) -> Response:
        asked = request.query_params
        start, limit = int(asked.get("start", 0)), int(asked.get("limit", 100))
        rows = self._cloud.workouts(account)
        rows.sort(key=lambda w: (w["updatedDate"], w["workoutId"]), reverse=asked.get("orderSeq") != "ASC")
        return JSONResponse([_summary(w) for w in rows[start : start + limit]])

    async def _create(self, request: Request, account: Account) -> Response:
        asked = await request.json()
        problem = _problem(asked)
        if problem:
            return bad_request(problem)
        workout_id = self._store.next_id(WORKOUTS, _FIRST_WORKOUT)
        workout = self._stored(account, workout_id, asked, self._now())
        self._record(account, "workout_created", workout_id, asked)
        return JSONResponse(workout)

    def _stored(
        self, account: Account, workout_id: int, asked: dict[str, Any], created: str
    ) -> dict[str, Any]:
        workout = asked | {
            "workoutId": workout_id,
            "ownerId": account.profile_id,
            "createdDate": created,
            "updatedDate": self._now(),
            "author": {},
        }
        for step in _steps(workout):
            step["stepId"] = self._store.next_id("garmin.steps", _FIRST_STEP)
        self._store.put(WORKOUTS, str(workout_id), {"account": account.email, "json": workout})
        return workout

    async def _read(self, request: Request, account: Account) -> Response:
        workout = self._workout(account, request.path_params["id"])
        return not_found() if workout is None else JSONResponse(workout)

    async def _update(self, request: Request, account: Account) -> Response:
        workout_id = request.path_params["id"]
        current, asked = self._workout(account, workout_id), await request.json()
        if current is None:
            return not_found()
        problem = _problem(asked)
        if problem:
            return bad_request(problem)
        self._stored(account, workout_id, asked, current["createdDate"])
        self._record(account, "workout_updated", workout_id, asked)
        return Response(status_code=204)

    async def _delete(self, request: Request, account: Account) -> Response:
        workout_id = request.path_params["id"]
        if self._workout(account, workout_id) is None:
            return not_found()
        for entry in self._cloud.schedules(account):
            if entry["workoutId"] == workout_id:
                self._store.delete(SCHEDULES, str(entry["id"]))
                self._record(
                    account,
                    "workout_unscheduled",
                    entry["id"],
                    {"workoutId": workout_id, "date": entry["date"]},
                )
        self._store.delete(WORKOUTS, str(workout_id))
        self._record(account, "workout_deleted", workout_id, None)
        return Response(status_code=204)

    async def _schedule(self, request: Request, account: Account) -> Response:
        workout_id, asked = request.path_params["id"], await request.json()
        if self._workout(account, workout_id) is None:
            return not_found()
        day = _day(asked.get("date"))
        if day is None:
            return bad_request("Invalid date")
        entry_id = self._store.next_id(SCHEDULES, _FIRST_SCHEDULE)
        entry = {
            "id": entry_id,
            "account": account.email,
            "workoutId": workout_id,
            "date": str(day),
            "at": self._now(),
        }
        self._store.put(SCHEDULES, str(entry_id), entry)
        self._record(account, "workout_scheduled", entry_id, {"workoutId": workout_id, "date": str(day)})
        return JSONResponse(self._entry_json(account, entry))

    def _entry_json(self, account: Account, entry: dict[str, Any]) -> dict[str, Any]:
        return {
            "workoutScheduleId": entry["id"],
            "workout": self._workout(account, entry["workoutId"]),
            "calendarDate": entry["date"],
            "createdDate": entry["at"][:10],
            "ownerId": account.profile_id,
            "newName": None,
            "consumer": None,
            "atpPlanTypeId": None,
        }

    async def _read_entry(self, request: Request, account: Account) -> Response:
        entry = self._entry(account, request.path_params["id"])
        return not_found() if entry is None else JSONResponse(self._entry_json(account, entry))

    async def _move(self, request: Request, account: Account) -> Response:
        entry, asked = self._entry(account, request.path_params["id"]), await request.json()
        if entry is None:
            return not_found()
        day = _day(asked.get("calendarDate"))
        if day is None:
            return bad_request("Invalid date")
        moved = entry | {"date": str(day)}
        self._store.put(SCHEDULES, str(entry["id"]), moved)
        self._record(
            account, "workout_rescheduled", entry["id"], {"workoutId": entry["workoutId"], "date": str(day)}
        )
        return JSONResponse(self._entry_json(account, moved))

    async def _unschedule(self, request: Request, account: Account) -> Response:
        entry = self._entry(account, request.path_params["id"])
        if entry is None:
            return not_found()
        self._store.delete(SCHEDULES, str(entry["id"]))
        body = {"workoutId": entry["workoutId"], "date": entry["date"]}
        self._record(account, "workout_unscheduled", entry["id"], body)
        return Response(status_code=204)

    async def _period(self, request: Request, account: Account) -> Response:
        first, last = request.query_params.get("startDate", ""), request.query_params.get("endDate", "9999")
        entries = [s for s in self._cloud.schedules(account) if first <= s["date"] <= last]
        entries.sort(key=lambda s: (s["date"], s["id"]))
        return JSONResponse([self._entry_json(account, s) for s in entries])

    async def _month(self, request: Request, account: Account) -> Response:
        year, month = request.path_params["year"], request.path_params["month"] + 1
        if not 1 <= month <= 12:
            return bad_request("Invalid month")
        starts, days = monthrange(year, month)
        prefix = f"{year:04d}-{month:02d}-"
        items = [*self._calendar_workouts(account, prefix), *self._calendar_activities(account, prefix)]
        return JSONResponse(
            {
                "startDayOfMonth": (starts + 1) % 7,
                "numOfDaysInMonth": days,
                "numOfDaysInPrevMonth": monthrange(year - (month == 1), (month - 2) % 12 + 1)[1],
                "month": month - 1,
                "year": year,
                "calendarItems": sorted(items, key=lambda item: (item["date"], item["id"])),
            }
        )

    def _calendar_workouts(self, account: Account, prefix: str) -> Iterator[dict[str, Any]]:
        for entry in self._cloud.schedules(account):
            workout = self._workout(account, entry["workoutId"])
            if entry["date"].startswith(prefix) and workout is not None:
                yield {
                    "id": entry["id"],
                    "itemType": "workout",
                    "title": workout["workoutName"],
                    "date": entry["date"],
                    "workoutId": entry["workoutId"],
                    "sportTypeKey": (workout.get("sportType") or {}).get("sportTypeKey"),
                    "duration": workout.get("estimatedDurationInSecs"),
                    "protectedWorkoutSchedule": False,
                }

    def _calendar_activities(self, account: Account, prefix: str) -> Iterator[dict[str, Any]]:
        world = self._cloud.world(account)
        for activity_id in self._cloud.activity_ids(account):
            session = world.session(activity_id)
            if str(session.day).startswith(prefix):
                yield {
                    "id": activity_id,
                    "itemType": "activity",
                    "title": session.title,
                    "date": str(session.day),
                    "workoutId": session.workout_id,
                    "sportTypeKey": session.sport.value,
                }


def _problem(asked: Any) -> str | None:
    """What the vendor would refuse about a workout."""
    if not isinstance(asked, dict) or not str(asked.get("workoutName") or "").strip():
        return "Workout name is required"
    if not (asked.get("sportType") or {}).get("sportTypeId"):
        return "Sport type is required"
    segments = asked.get("workoutSegments")
    if not segments or not all(s.get("workoutSteps") for s in segments):
        return "Workout needs at least one segment with steps"
    return None


def _steps(workout: dict[str, Any]) -> Iterator[dict[str, Any]]:
    pending = [step for segment in workout["workoutSegments"] for step in segment["workoutSteps"]]
    while pending:
        step = pending.pop(0)
        yield step
        pending.extend(step.get("workoutSteps") or [])


def _summary(workout: dict[str, Any]) -> dict[str, Any]:
    row = {key: workout.get(key) for key in _SUMMARY_KEYS}
    return row | {
        "createdDate": workout["createdDate"],
        "updateDate": workout["updatedDate"],
        "trainingPlanId": None,
    }


def _day(raw: Any) -> date | None:
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        return None
