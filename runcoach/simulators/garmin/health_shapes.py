"""What the health routes answer, in the recorded shapes."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.world import HealthDay
from runcoach.simulators.world.summary import SEOUL_OFFSET_S


def night(day: HealthDay) -> tuple[datetime, datetime]:
    evening = datetime.combine(day.day - timedelta(days=1), time(18), UTC) - timedelta(seconds=SEOUL_OFFSET_S)
    bed = evening + timedelta(minutes=day.bed_minute)
    return bed, bed + timedelta(seconds=(day.sleep_s or 0) + day.awake_s)


def local(at: datetime) -> datetime:
    return at + timedelta(seconds=SEOUL_OFFSET_S)


def stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.0")


def midnight_ms(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp()) * 1000


def epoch_ms(at: datetime) -> int:
    return int(at.timestamp()) * 1000


def hrv_readings(day: HealthDay, bed: datetime) -> list[dict[str, Any]]:
    """Five-minute values around the night's mean: a slow wave that ends where it began."""
    count = (day.sleep_s or 0) // 300
    mean, high = day.hrv_ms or 0, day.hrv_high_ms or 0
    wave = (0, 2, 4, 3, 1, -1, -3, -4, -2)
    out = []
    for n in range(count):
        at = bed + timedelta(seconds=300 * n)
        value = high if n == count // 2 else mean + wave[n % len(wave)]
        out.append({"hrvValue": value, "readingTimeGMT": stamp(at), "readingTimeLocal": stamp(local(at))})
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
    bed, up = night(day)
    dto |= {
        "id": epoch_ms(bed),
        "sleepTimeSeconds": day.sleep_s,
        "napTimeSeconds": 0,
        "sleepWindowConfirmed": True,
        "sleepWindowConfirmationType": "enhanced_confirmed_final",
        "sleepStartTimestampGMT": epoch_ms(bed),
        "sleepEndTimestampGMT": epoch_ms(up),
        "sleepStartTimestampLocal": epoch_ms(local(bed)),
        "sleepEndTimestampLocal": epoch_ms(local(up)),
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
            out.append({"startGMT": stamp(at), "endGMT": stamp(end), "activityLevel": level})
            at = end
    return out


def sleep_row(day: HealthDay) -> dict[str, Any]:
    bed, up = night(day)
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
        "gmtSleepStartTimeInMillis": epoch_ms(bed),
        "gmtSleepEndTimeInMillis": epoch_ms(up),
        "localSleepStartTimeInMillis": epoch_ms(local(bed)),
        "localSleepEndTimeInMillis": epoch_ms(local(up)),
    }
    return values_of(day, values)


def values_of(day: HealthDay, values: dict[str, Any]) -> dict[str, Any]:
    return {"calendarDate": str(day.day), "values": values}


def stress_values(day: HealthDay) -> dict[str, Any]:
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
        "startTimestampGMT": stamp(gmt),
        "endTimestampGMT": stamp(gmt + whole),
        "startTimestampLocal": stamp(begin),
        "endTimestampLocal": stamp(begin + whole),
    }


def _battery_points(day: HealthDay) -> list[list[int]]:
    midnight = midnight_ms(day.day) - SEOUL_OFFSET_S * 1000
    up, hour = 7, 3_600_000
    night = [[midnight, day.battery_low + 8], [midnight + up * hour, day.battery_high]]
    fall = (day.battery_high - day.battery_low) / 16
    waking = [[midnight + (up + n) * hour, round(day.battery_high - fall * n)] for n in range(1, 17)]
    return night + waking


def stress(account: Account, day: HealthDay) -> dict[str, Any]:
    """The day's stress every half hour around its mean, the highest in the afternoon."""
    midnight = midnight_ms(day.day) - SEOUL_OFFSET_S * 1000
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
    values = stress_values(day)
    return {key: value for key, value in values.items() if key.endswith("Duration")}


def weigh_in(day: HealthDay, weight_g: int) -> dict[str, Any]:
    at = datetime.combine(day.day, time(7, 5), UTC)
    gmt = epoch_ms(at - timedelta(seconds=SEOUL_OFFSET_S))
    nulls = dict.fromkeys(("bodyFat", "bodyWater", "boneMass", "muscleMass", "physiqueRating", "visceralFat"))
    return {
        "samplePk": gmt,
        "date": epoch_ms(at),
        "calendarDate": str(day.day),
        "weight": float(weight_g),
        "bmi": round(weight_g / 1000 / 1.68**2, 1),
        **nulls,
        "sourceType": "INDEX_SCALE",
        "timestampGMT": gmt,
        "weightDelta": None,
    }
