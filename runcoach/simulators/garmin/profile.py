"""Profile and settings of an account, in the recorded shapes."""

from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from runcoach.simulators.garmin.accounts import Account
from runcoach.simulators.garmin.cloud import GarminCloud
from runcoach.simulators.garmin.http import guarded
from runcoach.simulators.world import body

_FORMAT: dict[str, Any] = {"minFraction": 0, "maxFraction": 0, "displayFormat": None}


class Profile:
    """Who the runner is."""

    def __init__(self, cloud: GarminCloud) -> None:
        self._cloud = cloud

    def routes(self) -> list[Route]:
        settings = "/userprofile-service/userprofile/user-settings"
        threshold = "/biometric-service/biometric/latestLactateThreshold"
        return [
            Route("/userprofile-service/socialProfile", guarded(self._cloud, self._social)),
            Route(settings, guarded(self._cloud, self._settings)),
            Route("/userprofile-service/userprofile/settings", guarded(self._cloud, self._locale)),
            Route(threshold, guarded(self._cloud, self._threshold)),
        ]

    async def _social(self, _request: Request, account: Account) -> Response:
        return JSONResponse(social_profile(account))

    async def _locale(self, _request: Request, account: Account) -> Response:
        zone = {"displayName": account.display_name, "preferredLocale": "ko", "measurementSystem": "metric"}
        return JSONResponse(zone | {"timeZone": "Asia/Seoul", "startPage": None})

    async def _settings(self, _request: Request, account: Account) -> Response:
        world = self._cloud.world(account)
        day = world.health(world.today)
        weight_g = day.weight_g if day and day.weight_g else 63_000
        return JSONResponse(user_settings(account, weight_g, world.threshold_mps))

    async def _threshold(self, _request: Request, account: Account) -> Response:
        world = self._cloud.world(account)
        at: dict[str, Any] = {"userProfilePK": account.profile_id, "version": 1, "sequence": 1}
        at |= {"calendarDate": f"{world.today.isoformat()}T00:00:00.0", "heartRateCycling": None}
        speed = round(world.threshold_mps / 10.0, 6)
        heart = round(body.HR_THRESHOLD_BPM)
        return JSONResponse(
            [at | {"speed": speed, "hearRate": None}, at | {"speed": None, "hearRate": heart}]
        )


def social_profile(account: Account) -> dict[str, Any]:
    """The public profile; the display name is the key in many paths."""
    return {
        "id": account.profile_id + 5,
        "profileId": account.profile_id,
        "garminGUID": f"00000000-0000-4000-8000-{account.owner:012d}",
        "displayName": account.display_name,
        "fullName": account.full_name,
        "userName": account.email,
        "profileImageUrlLarge": None,
        "location": "Seoul, KR",
        "bio": None,
        "primaryActivity": "running",
        "favoriteActivityTypes": [],
        "profileVisibility": "private",
        "userRoles": ["SCOPE_CONNECT_READ", "SCOPE_CONNECT_WRITE", "ROLE_CONNECTUSER"],
        "nameApproved": True,
        "userProfileFullName": account.full_name,
        "userLevel": 3,
    }


def user_settings(account: Account, weight_g: int, threshold_mps: float) -> dict[str, Any]:
    """Body and preferences; the threshold speed is in the vendor's tenths of m/s."""
    return {
        "id": account.profile_id,
        "userData": {
            "gender": "FEMALE",
            "weight": float(weight_g),
            "height": 168.0,
            "timeFormat": "time_twenty_four_hr",
            "birthDate": "1991-05-17",
            "measurementSystem": "metric",
            "activityLevel": None,
            "handedness": "RIGHT",
            "powerFormat": {"formatId": 30, "formatKey": "watt", "groupingUsed": True, **_FORMAT},
            "heartRateFormat": {"formatId": 21, "formatKey": "bpm", "groupingUsed": False, **_FORMAT},
            "firstDayOfWeek": {"dayId": 3, "dayName": "monday", "sortOrder": 3, "isPossibleFirstDay": True},
            "vo2MaxRunning": 47.0,
            "vo2MaxCycling": None,
            "lactateThresholdSpeed": round(threshold_mps / 10.0, 6),
            "lactateThresholdHeartRate": round(body.HR_THRESHOLD_BPM),
            "intensityMinutesCalcMethod": "AUTO",
            "hydrationMeasurementUnit": "milliliter",
            "thresholdHeartRateAutoDetected": True,
        },
        "userSleep": {
            "sleepTime": 84600,
            "defaultSleepTime": False,
            "wakeTime": 21600,
            "defaultWakeTime": False,
        },
        "connectDate": None,
        "sourceType": None,
    }
