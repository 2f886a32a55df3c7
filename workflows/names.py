"""Wire names: task queues, workflow types and ids, search attributes. Never change with a rename."""

from uuid import UUID

CORE_QUEUE = "rc-core"
GARMIN_QUEUE = "rc-garmin"
STRAVA_QUEUE = "rc-strava"
LLM_QUEUE = "rc-llm"
CPU_QUEUE = "rc-cpu"

SEARCH_KEYWORDS = ("RcUserId", "RcKind", "RcStatus", "RcProvider", "RcIsoWeek", "RcErrorType")
SEARCH_BOOLS = ("RcNeedsHuman",)


def connect_garmin_id(user_id: UUID) -> str:
    """One login at a time per user."""
    return f"garmin-connect/{user_id}"


def garmin_backfill_id(user_id: UUID | str) -> str:
    """One backfill at a time per user."""
    return f"garmin-backfill/{user_id}"


def garmin_sync_id(user_id: UUID | str) -> str:
    """One sync at a time per user, whoever asked for it."""
    return f"garmin-sync/{user_id}"


def import_id(upload_id: UUID) -> str:
    """One import per upload."""
    return f"import/{upload_id}"


def weekly_plan_id(user_id: UUID | str, iso_week: str) -> str:
    """One plan per user and ISO week (``2026-W47``); a request by hand adds its own suffix."""
    return f"weekly-plan/{user_id}/{iso_week}"


def plan_approval_id(proposal_id: UUID) -> str:
    """One wait per proposal."""
    return f"plan-approval/{proposal_id}"


def push_id(approval_id: UUID) -> str:
    """One push per approval."""
    return f"push/{approval_id}"


def strava_upload_id(activity_id: UUID) -> str:
    """One upload per recorded activity."""
    return f"strava-upload/{activity_id}"


def strava_connect_id(user_id: UUID) -> str:
    """One exchange of a Strava permission at a time per user."""
    return f"strava-connect/{user_id}"


def strava_disconnect_id(user_id: UUID) -> str:
    """One farewell to Strava at a time per user."""
    return f"strava-disconnect/{user_id}"


def coach_chat_id(conversation_id: UUID) -> str:
    """One entity per conversation."""
    return f"coach-chat/{conversation_id}"


def recompute_id(user_id: UUID) -> str:
    """One recompute of all figures at a time per user."""
    return f"recompute-metrics/{user_id}"


def weekly_refresh_schedule_id(time_zone: str) -> str:
    """One Schedule per time zone and slot."""
    return f"weekly-refresh/{time_zone.replace('/', '_')}/sun-2300"


GARMIN_SWEEP_SCHEDULE = "garmin-sweep/hourly"
HOUSEKEEPING_SCHEDULE = "housekeeping/nightly"
"""One Schedule each for all runners."""
