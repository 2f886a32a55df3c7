"""Daily and range routes: sleep, HRV, resting heart rate, stress, body battery, weight, the day's summary.

"No data" has the vendor's different shapes: 204 for HRV, null for stress, an object of nulls for sleep.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.cloud import GarminCloud
from runcoach.simulators.garmin.health_shapes import (
    battery,
    day_summary,
    hrv_readings,
    local,
    midnight_ms,
    night,
    sleep,
    sleep_row,
    stamp,
    stress,
    stress_values,
    values_of,
    weigh_in,
)
from runcoach.simulators.garmin.http import bad_request, guarded
from runcoach.simulators.world import HealthDay
from runcoach.simulators.world.health import nights_between

_DAY = "{day}"
_MAX_RANGE_DAYS = 400


class Health:
    """What the watch measured around the clock."""

    def __init__(self, cloud: GarminCloud) -> None:
        self._cloud = cloud

    def routes(self) -> list[Route]:
        wellness, summary = "/wellness-service/wellness", "/usersummary-service"
        table = {
            f"{wellness}/dailySleepData/{{name}}": self._sleep,
            "/sleep-service/sleep/dailySleepData": self._sleep,
            "/sleep-service/stats/sleep/daily/{start}/{end}": self._sleep_range,
            "/wellness-service/stats/daily/sleep/score/{start}/{end}": self._score_range,
            "/hrv-service/hrv/daily/{start}/{end}": self._hrv_range,
            f"/hrv-service/hrv/{_DAY}": self._hrv,
            "/userstats-service/wellness/daily/{name}": self._resting_hr,
            f"{wellness}/dailyStress/{_DAY}": self._stress,
            f"{wellness}/bodyBattery/reports/daily": self._battery,
            f"{summary}/stats/stress/daily/{{start}}/{{end}}": self._stress_range,
            f"{summary}/stats/bodybattery/daily/{{start}}/{{end}}": self._battery_range,
            f"{summary}/stats/heartRate/daily/{{start}}/{{end}}": self._hr_range,
            f"{summary}/stats/steps/daily/{{start}}/{{end}}": self._steps_range,
            f"{summary}/usersummary/daily/{{name}}": self._summary,
            f"{summary}/v2/dailysummaries": self._summaries,
            "/weight-service/weight/dateRange": self._weight,
            f"/weight-service/weight/dayview/{_DAY}": self._weight,
            "/weight-service/weight/range/{start}/{end}": self._weight_range,
        }
        return [Route(path, guarded(self._cloud, _dated(handler))) for path, handler in table.items()]

    def _days(self, account: Account, request: Request) -> Iterator[HealthDay]:
        world = self._cloud.world(account)
        first, last = _range(request)
        found = (world.health(day) for day in nights_between(first, last))
        return (day for day in found if day is not None)

    def _one(self, account: Account, request: Request) -> HealthDay | None:
        return self._cloud.world(account).health(_range(request)[0])

    async def _sleep(self, request: Request, account: Account) -> Response:
        return JSONResponse(sleep(account, _range(request)[0], self._one(account, request)))

    async def _sleep_range(self, request: Request, account: Account) -> Response:
        rows = [sleep_row(d) for d in self._days(account, request) if d.sleep_s is not None]
        return JSONResponse({"overallStats": {}, "individualStats": rows})

    async def _score_range(self, request: Request, account: Account) -> Response:
        days = self._days(account, request)
        return JSONResponse(
            [{"calendarDate": str(d.day), "value": d.sleep_score} for d in days if d.sleep_score]
        )

    async def _hrv(self, request: Request, account: Account) -> Response:
        day = self._one(account, request)
        if day is None or day.hrv_ms is None:
            return Response(status_code=204)
        bed, up = night(day)
        start, end = stamp(bed), stamp(up)
        at_home = {"startTimestampLocal": stamp(local(bed)), "endTimestampLocal": stamp(local(up))}
        readings = hrv_readings(day, bed)
        body = {"userProfilePk": account.profile_id, "hrvSummary": self._hrv_summary(account, day)}
        times = {"startTimestampGMT": start, "endTimestampGMT": end, **at_home}
        return JSONResponse(body | {"hrvReadings": readings} | times)

    async def _hrv_range(self, request: Request, account: Account) -> Response:
        rows = [self._hrv_summary(account, d) for d in self._days(account, request) if d.hrv_ms is not None]
        if not rows:
            return Response(status_code=204)
        return JSONResponse({"hrvSummaries": rows, "userProfilePk": account.profile_id})

    def _hrv_summary(self, account: Account, day: HealthDay) -> dict[str, Any]:
        world = self._cloud.world(account)
        week = [world.health(day.day - timedelta(days=n)) for n in range(7)]
        values = [d.hrv_ms for d in week if d is not None and d.hrv_ms is not None]
        weekly = round(sum(values) / len(values))
        balanced = 46 <= weekly <= 66
        return {
            "calendarDate": str(day.day),
            "weeklyAvg": weekly,
            "lastNightAvg": day.hrv_ms,
            "lastNight5MinHigh": day.hrv_high_ms,
            "baseline": {"lowUpper": 43, "balancedLow": 46, "balancedUpper": 66, "markerValue": 0.42},
            "status": "BALANCED" if balanced else "UNBALANCED" if weekly > 40 else "LOW",
            "feedbackPhrase": "HRV_BALANCED_7" if balanced else "HRV_UNBALANCED_5",
            "createTimeStamp": f"{day.day}T22:14:11.898",
        }

    async def _resting_hr(self, request: Request, account: Account) -> Response:
        first, last = _range(request)
        days = self._days(account, request)
        rows = [
            {"value": float(d.resting_hr_bpm), "calendarDate": str(d.day)}
            for d in days
            if d.resting_hr_bpm is not None
        ]
        metrics = {"metricsMap": {"WELLNESS_RESTING_HEART_RATE": rows}}
        body = {"userProfileId": account.profile_id, "statisticsStartDate": str(first)}
        return JSONResponse(
            body | {"statisticsEndDate": str(last), "allMetrics": metrics, "groupedMetrics": None}
        )

    async def _stress(self, request: Request, account: Account) -> Response:
        day = self._one(account, request)
        return JSONResponse(None if day is None else stress(account, day))

    async def _battery(self, request: Request, account: Account) -> Response:
        return JSONResponse([battery(d) for d in self._days(account, request)])

    async def _stress_range(self, request: Request, account: Account) -> Response:
        return JSONResponse([values_of(d, stress_values(d)) for d in self._days(account, request)])

    async def _battery_range(self, request: Request, account: Account) -> Response:
        days = self._days(account, request)
        return JSONResponse(
            [values_of(d, {"highBodyBattery": d.battery_high, "lowBodyBattery": d.battery_low}) for d in days]
        )

    async def _hr_range(self, request: Request, account: Account) -> Response:
        days = self._days(account, request)
        return JSONResponse(
            [values_of(d, {"restingHR": d.resting_hr_bpm, "wellnessMinAvgHR": None}) for d in days]
        )

    async def _steps_range(self, request: Request, account: Account) -> Response:
        days = self._days(account, request)
        return JSONResponse(
            [
                {
                    "calendarDate": str(d.day),
                    "totalSteps": d.steps,
                    "totalDistance": round(d.steps * 0.75),
                    "stepGoal": 9000,
                }
                for d in days
            ]
        )

    async def _summary(self, request: Request, account: Account) -> Response:
        asked = _range(request)[0]
        return JSONResponse(day_summary(account, asked, self._one(account, request)))

    async def _summaries(self, request: Request, account: Account) -> Response:
        return JSONResponse({"data": [day_summary(account, d.day, d) for d in self._days(account, request)]})

    async def _weight(self, request: Request, account: Account) -> Response:
        first, last = _range(request)
        rows = [weigh_in(d, d.weight_g) for d in self._days(account, request) if d.weight_g is not None]
        mean = round(sum(r["weight"] for r in rows) / len(rows), 1) if rows else None
        nulls = dict.fromkeys(("bmi", "bodyFat", "bodyWater", "boneMass", "muscleMass"))
        total = {
            "from": midnight_ms(first),
            "until": midnight_ms(last + timedelta(days=1)) - 1,
            "weight": mean,
            **nulls,
        }
        body = {"startDate": str(first), "endDate": str(last), "dateWeightList": rows[::-1]}
        return JSONResponse(body | {"totalAverage": total})

    async def _weight_range(self, request: Request, account: Account) -> Response:
        rows = [weigh_in(d, d.weight_g) for d in self._days(account, request) if d.weight_g is not None]
        summaries = [
            {
                "summaryDate": row["calendarDate"],
                "numOfWeightEntries": 1,
                "minWeight": row["weight"],
                "maxWeight": row["weight"],
                "latestWeight": row,
                "allWeightMetrics": [row],
            }
            for row in reversed(rows)
        ]
        return JSONResponse({"dailyWeightSummaries": summaries})


def _dated(handler: Any) -> Any:
    """Answer 400 to a date that is none, as the vendor does."""

    async def checked(request: Request, account: Account) -> Response:
        try:
            first, last = _range(request)
        except ValueError:
            return bad_request("Invalid date")
        if not 0 <= (last - first).days < _MAX_RANGE_DAYS:
            return bad_request("Invalid date range")
        answer: Response = await handler(request, account)
        return answer

    return checked


def _range(request: Request) -> tuple[date, date]:
    """The dates asked for, wherever this route carries them."""
    asked = {**request.query_params, **request.path_params}
    start = _first(asked, "start", "startDate", "fromDate", "day", "date", "calendarDate")
    end = _first(asked, "end", "endDate", "untilDate") or start
    return date.fromisoformat(str(start)), date.fromisoformat(str(end))


def _first(asked: dict[str, Any], *names: str) -> Any:
    return next((asked[name] for name in names if asked.get(name)), None)
