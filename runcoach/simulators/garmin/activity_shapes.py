"""What the activity routes answer, in the recorded shapes."""

from datetime import datetime, timedelta
from typing import Any

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.world import Sport, Summary
from runcoach.simulators.world.fit_messages import SERIAL
from runcoach.simulators.world.session import Intensity
from runcoach.simulators.world.summary import SEOUL_OFFSET_S, Stretch

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
_TRAINING = {"typeId": 6, "typeKey": "training", "sortOrder": 10}


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


def edited(row: dict[str, Any], edits: dict[str, Any]) -> dict[str, Any]:
    """The row with what its owner changed on the site; the file behind it stays as recorded."""
    changed = row | {"activityName": edits.get("name", row["activityName"])}
    if "distance_m" in edits:
        speed = round(edits["distance_m"] / row["duration"], 3)
        changed |= {"distance": edits["distance_m"], "averageSpeed": speed}
    if "type" in edits:
        type_id, parent = _TYPE[Sport(edits["type"])]
        changed["activityType"] = {"typeId": type_id, "typeKey": edits["type"], "parentTypeId": parent}
    return changed


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
    started, late = summary.start, summary.session.visible_from
    uploaded = f"{late}T09:00:00.0" if late else row["endTimeGMT"].replace(" ", "T") + ".0"
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
            "lastUpdateDate": uploaded,
            "uploadedDate": uploaded,
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


def lap_row(summary: Summary, lap: Stretch, number: int) -> dict[str, Any]:
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
