"""Provider tokens as they lie in the vault."""

import json
from dataclasses import asdict
from datetime import datetime

from runcoach.ports.garmin import GarminSession
from runcoach.ports.strava import StravaSession

GARMIN_LOGIN = "garmin_login"
GARMIN_MFA_CODE = "garmin_mfa_code"
GARMIN_MFA_STATE = "garmin_mfa_state"
GARMIN_TOKENS = "garmin_tokens"  # noqa: S105 - the name of a kind, not a secret
STRAVA_TOKENS = "strava_tokens"  # noqa: S105


def garmin_session_to_json(session: GarminSession) -> bytes:
    """What is sealed as `garmin_tokens`."""
    return json.dumps(asdict(session)).encode()


def garmin_session_from_json(secret: bytes) -> GarminSession:
    """Inverse of `garmin_session_to_json`."""
    return GarminSession(**json.loads(secret))


def strava_session_to_json(session: StravaSession) -> bytes:
    """What is sealed as `strava_tokens`."""
    return json.dumps({**asdict(session), "expires_at": session.expires_at.isoformat()}).encode()


def strava_session_from_json(secret: bytes) -> StravaSession:
    """Inverse of `strava_session_to_json`."""
    values = json.loads(secret)
    return StravaSession(**{**values, "expires_at": datetime.fromisoformat(values["expires_at"])})
