"""Daily and range routes: sleep, HRV, resting heart rate, stress, body battery, weight, the day's summary.

"No data" has the vendor's different shapes: 204 for HRV, null for stress, an object of nulls for sleep.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.cloud import GarminCloud
from runcoach.simulators.garmin.http import bad_request, guarded
from runcoach.simulators.world import HealthDay
from runcoach.simulators.world.health import nights_between
from runcoach.simulators.world.summary import SEOUL_OFFSET_S

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
        rows = [_sleep_row(d) for d in self._days(account, request) if d.sleep_s is not None]
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
        bed, up = _night(day)
        start, end = _stamp(bed), _stamp(up)
        local = {"startTimestampLocal": _stamp(_local(bed)), "endTimestampLocal": _stamp(_local(up))}
        readings = _hrv_readings(day, bed)
        body = {"userProfilePk": account.profile_id, "hrvSummary": self._hrv_summary(account, day)}
        times = {"startTimestampGMT": start, "endTimestampGMT": end, **local}
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
        return JSONResponse([_values(d, _stress_values(d)) for d in self._days(account, request)])

    async def _battery_range(self, request: Request, account: Account) -> Response:
        days = self._days(account, request)
        return JSONResponse(
            [_values(d, {"highBodyBattery": d.battery_high, "lowBodyBattery": d.battery_low}) for d in days]
        )

    async def _hr_range(self, request: Request, account: Account) -> Response:
        days = self._days(account, request)
        return JSONResponse(
            [_values(d, {"restingHR": d.resting_hr_bpm, "wellnessMinAvgHR": None}) for d in days]
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
        rows = [_weigh_in(d, d.weight_g) for d in self._days(account, request) if d.weight_g is not None]
        mean = round(sum(r["weight"] for r in rows) / len(rows), 1) if rows else None
        nulls = dict.fromkeys(("bmi", "bodyFat", "bodyWater", "boneMass", "muscleMass"))
        total = {"from": _ms(first), "until": _ms(last + timedelta(days=1)) - 1, "weight": mean, **nulls}
        body = {"startDate": str(first), "endDate": str(last), "dateWeightList": rows[::-1]}
        return JSONResponse(body | {"totalAverage": total})

    async def _weight_range(self, request: Request, account: Account) -> Response:
        rows = [_weigh_in(d, d.weight_g) for d in self._days(account, request) if d.weight_g is not None]
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


def _night(day: HealthDay) -> tuple[datetime, datetime]:
    evening = datetime.combine(day.day - timedelta(days=1), time(18), UTC) - timedelta(seconds=SEOUL_OFFSET_S)
    bed = evening + timedelta(minutes=day.bed_minute)
    return bed, bed + timedelta(seconds=(day.sleep_s or 0) + day.awake_s)


def _local(at: datetime) -> datetime:
    return at + timedelta(seconds=SEOUL_OFFSET_S)


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.0")


def _ms(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * 1000


def _epoch_ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000


def _hrv_readings(day: HealthDay, bed: datetime) -> list[dict[str, Any]]:
    """Five-minute values around the night's mean: a slow wave that ends where it began."""
    count = (day.sleep_s or 0) // 300
    mean, high = day.hrv_ms or 0, day.hrv_high_ms or 0
    wave = (0, 2, 4, 3, 1, -1, -3, -4, -2)
    out = []
    for n in range(count):
        at = bed + timedelta(seconds=300 * n)
        value = high if n == count // 2 else mean + wave[n % len(wave)]
        out.append({"hrvValue": value, "readingTimeGMT": _stamp(at), "readingTimeLocal": _stamp(_local(at))})
    return out


def _qualifier(score: int) -> str:
    return "EXCELLENT" if score >= 90 else "GOOD" if score >= 80 else "FAIR" if score >= 60 else "POOR"


def sleep(account: Account, asked: date, day: HealthDay | None) -> dict[str, Any]:
    """The night that ended on the day; an object of nulls when the watch was not worn."""
    dto: dict[str, Any] = {"id": None, "userProfilePK": account.profile_id, "calendarDate": str(asked)}
    if day is None or day.sleep_s is None or day.sleep_score is None:
        gone = ("sleepTimeSeconds", "sleepStartTimestampGMT", "sleepEndTimestampGMT", "deepSleepSeconds")
        more = ("lightSleepSeconds", "remSleepSeconds", "awakeSleepSeconds", "sleepStartTimestampLocal")
        return {"dailySleepDTO": dto | dict.fromkeys(gone + more), "remSleepData": False, "sleepLevels": None}
    bed, up = _night(day)
    dto |= {
        "id": _epoch_ms(bed),
        "sleepTimeSeconds": day.sleep_s,
        "napTimeSeconds": 0,
        "sleepWindowConfirmed": True,
        "sleepWindowConfirmationType": "enhanced_confirmed_final",
        "sleepStartTimestampGMT": _epoch_ms(bed),
        "sleepEndTimestampGMT": _epoch_ms(up),
        "sleepStartTimestampLocal": _epoch_ms(_local(bed)),
        "sleepEndTimestampLocal": _epoch_ms(_local(up)),
        "unmeasurableSleepSeconds": 0,
        "deepSleepSeconds": day.deep_s,
        "lightSleepSeconds": day.light_s,
        "remSleepSeconds": day.rem_s,
        "awakeSleepSeconds": day.awake_s,
        "deviceRemCapable": True,
        "sleepFromDevice": True,
        "averageSpO2Value": float(day.spo2_pct),
        "averageRespirationValue": day.respiration,
        "awakeCount": day.awake_s // 420,
        "avgSleepStress": round(day.stress_avg * 0.55, 1),
        "sleepScores": {
            "overall": {"value": day.sleep_score, "qualifierKey": _qualifier(day.sleep_score)},
            "remPercentage": {"value": round(100 * day.rem_s / day.sleep_s), "qualifierKey": "GOOD"},
            "lightPercentage": {"value": round(100 * day.light_s / day.sleep_s), "qualifierKey": "GOOD"},
            "deepPercentage": {"value": round(100 * day.deep_s / day.sleep_s), "qualifierKey": "GOOD"},
        },
        "sleepVersion": 2,
    }
    return {
        "dailySleepDTO": dto,
        "remSleepData": True,
        "sleepLevels": _levels(day, bed),
        "avgOvernightHrv": float(day.hrv_ms or 0),
        "hrvStatus": "BALANCED",
        "bodyBatteryChange": day.battery_charged,
        "restingHeartRate": day.resting_hr_bpm,
    }


def _levels(day: HealthDay, bed: datetime) -> list[dict[str, Any]]:
    """Four cycles of deep, light, REM and awake whose lengths add up to the night's totals."""
    stages = ((0.0, day.deep_s), (1.0, day.light_s), (2.0, day.rem_s), (3.0, day.awake_s))
    at, out = bed, []
    for cycle in range(4):
        for level, total in stages:
            seconds = total // 4 + (total % 4 if cycle == 3 else 0)
            if seconds == 0:
                continue
            end = at + timedelta(seconds=seconds)
            out.append({"startGMT": _stamp(at), "endGMT": _stamp(end), "activityLevel": level})
            at = end
    return out


def _sleep_row(day: HealthDay) -> dict[str, Any]:
    bed, up = _night(day)
    values = {
        "totalSleepTimeInSeconds": day.sleep_s,
        "deepTime": day.deep_s,
        "lightTime": day.light_s,
        "remTime": day.rem_s,
        "awakeTime": day.awake_s,
        "sleepScore": day.sleep_score,
        "sleepScoreQuality": _qualifier(day.sleep_score or 0),
        "restingHeartRate": day.resting_hr_bpm,
        "avgOvernightHrv": day.hrv_ms,
        "bodyBatteryChange": day.battery_charged,
        "respiration": day.respiration,
        "spO2": float(day.spo2_pct),
        "gmtSleepStartTimeInMillis": _epoch_ms(bed),
        "gmtSleepEndTimeInMillis": _epoch_ms(up),
        "localSleepStartTimeInMillis": _epoch_ms(_local(bed)),
        "localSleepEndTimeInMillis": _epoch_ms(_local(up)),
    }
    return _values(day, values)


def _values(day: HealthDay, values: dict[str, Any]) -> dict[str, Any]:
    return {"calendarDate": str(day.day), "values": values}


def _stress_values(day: HealthDay) -> dict[str, Any]:
    minutes = day.stress_avg * 9
    return {
        "highStressDuration": minutes * 6,
        "mediumStressDuration": minutes * 15,
        "lowStressDuration": minutes * 26,
        "restStressDuration": max(0, 54_000 - minutes * 47),
        "overallStressLevel": day.stress_avg,
    }


def _bounds(day: HealthDay) -> dict[str, str]:
    begin = datetime.combine(day.day, time(), UTC)
    gmt = begin - timedelta(seconds=SEOUL_OFFSET_S)
    whole = timedelta(days=1)
    return {
        "startTimestampGMT": _stamp(gmt),
        "endTimestampGMT": _stamp(gmt + whole),
        "startTimestampLocal": _stamp(begin),
        "endTimestampLocal": _stamp(begin + whole),
    }


def _battery_points(day: HealthDay) -> list[list[int]]:
    midnight = _ms(day.day) - SEOUL_OFFSET_S * 1000
    up, hour = 7, 3_600_000
    night = [[midnight, day.battery_low + 8], [midnight + up * hour, day.battery_high]]
    fall = (day.battery_high - day.battery_low) / 16
    waking = [[midnight + (up + n) * hour, round(day.battery_high - fall * n)] for n in range(1, 17)]
    return night + waking


def stress(account: Account, day: HealthDay) -> dict[str, Any]:
    """The day's stress every half hour around its mean, the highest in the afternoon."""
    midnight = _ms(day.day) - SEOUL_OFFSET_S * 1000
    swing = (-6, -3, 0, 4, 7, 3, -5)
    values = [[midnight + n * 1_800_000, max(1, day.stress_avg + swing[n % 7])] for n in range(48)]
    values[31][1] = day.stress_max
    return {
        "userProfilePK": account.profile_id,
        "calendarDate": str(day.day),
        **_bounds(day),
        "maxStressLevel": day.stress_max,
        "avgStressLevel": day.stress_avg,
        "stressChartValueOffset": 1,
        "stressChartYAxisOrigin": -1,
        "stressValueDescriptorsDTOList": [
            {"index": 0, "key": "timestamp"},
            {"index": 1, "key": "stressLevel"},
        ],
        "stressValuesArray": values,
    }


def battery(day: HealthDay) -> dict[str, Any]:
    """The day's body battery: charged at night, drained by hours awake."""
    name, index = "bodyBatteryValueDescriptorKey", "bodyBatteryValueDescriptorIndex"
    return {
        "date": str(day.day),
        "charged": day.battery_charged,
        "drained": day.battery_drained,
        **_bounds(day),
        "bodyBatteryValuesArray": _battery_points(day),
        "bodyBatteryValueDescriptorDTOList": [
            {index: 0, name: "timestamp"},
            {index: 1, name: "bodyBatteryLevel"},
        ],
        "bodyBatteryActivityEvent": [],
    }


def day_summary(account: Account, asked: date, day: HealthDay | None) -> dict[str, Any]:
    """The page of the day; figures are null where nothing was measured."""
    head = {"userProfileId": account.profile_id, "calendarDate": str(asked), "privacyProtected": False}
    if day is None:
        gone = ("totalSteps", "restingHeartRate", "averageStressLevel", "bodyBatteryHighestValue")
        return head | dict.fromkeys(gone) | {"includesWellnessData": False, "source": "GARMIN"}
    active = round(day.steps * 0.042)
    return (
        head
        | {
            "totalKilocalories": float(1560 + active),
            "activeKilocalories": float(active),
            "bmrKilocalories": 1560.0,
            "totalSteps": day.steps,
            "dailyStepGoal": 9000,
            "totalDistanceMeters": round(day.steps * 0.75),
            "wellnessStartTimeLocal": f"{day.day}T00:00:00.0",
            "includesWellnessData": True,
            "includesActivityData": True,
            "restingHeartRate": day.resting_hr_bpm,
            "lastSevenDaysAvgRestingHeartRate": day.resting_hr_bpm,
            "averageStressLevel": day.stress_avg,
            "maxStressLevel": day.stress_max,
            "sleepingSeconds": day.sleep_s,
            "bodyBatteryChargedValue": day.battery_charged,
            "bodyBatteryDrainedValue": day.battery_drained,
            "bodyBatteryHighestValue": day.battery_high,
            "bodyBatteryLowestValue": day.battery_low,
            "averageSpo2": float(day.spo2_pct),
            "avgWakingRespirationValue": day.respiration,
            "source": "GARMIN",
        }
        | _stress_seconds(day)
    )


def _stress_seconds(day: HealthDay) -> dict[str, Any]:
    values = _stress_values(day)
    return {key: value for key, value in values.items() if key.endswith("Duration")}


def _weigh_in(day: HealthDay, weight_g: int) -> dict[str, Any]:
    at = datetime.combine(day.day, time(7, 5), UTC)
    gmt = _epoch_ms(at - timedelta(seconds=SEOUL_OFFSET_S))
    nulls = dict.fromkeys(("bodyFat", "bodyWater", "boneMass", "muscleMass", "physiqueRating", "visceralFat"))
    return {
        "samplePk": gmt,
        "date": _epoch_ms(at),
        "calendarDate": str(day.day),
        "weight": float(weight_g),
        "bmi": round(weight_g / 1000 / 1.68**2, 1),
        **nulls,
        "sourceType": "INDEX_SCALE",
        "timestampGMT": gmt,
        "weightDelta": None,
    }
