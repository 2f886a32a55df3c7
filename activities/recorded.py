"""From a decoded file to the rows that are kept: pure, the same file gives the same rows."""

from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from runcoach.domain.activity import DecodedActivity, RecordedActivity, Source


def recorded(
    decoded: DecodedActivity,
    *,
    user_id: UUID,
    time_zone: str,
    source: Source,
    external_id: str,
    name: str,
    original_sha256: str,
) -> RecordedActivity:
    """The activity as it is kept; its id follows from owner, source and external id."""
    return RecordedActivity(
        id=activity_id(user_id, source, external_id),
        user_id=user_id,
        source=source,
        external_id=external_id,
        sport=decoded.sport,
        name=name,
        start_time=decoded.start_time,
        local_date=local_date(decoded.start_time, decoded.utc_offset_s, time_zone),
        time_zone=time_zone,
        elapsed_s=decoded.elapsed_s,
        moving_s=decoded.moving_s,
        distance_m=decoded.distance_m,
        calories_kcal=decoded.calories_kcal,
        ascent_m=decoded.ascent_m,
        descent_m=decoded.descent_m,
        avg_hr_bpm=decoded.avg_hr_bpm,
        max_hr_bpm=decoded.max_hr_bpm,
        avg_cadence_spm=decoded.avg_cadence_spm,
        avg_power_w=decoded.avg_power_w,
        training_effect_aerobic=decoded.training_effect_aerobic,
        training_effect_anaerobic=decoded.training_effect_anaerobic,
        device=decoded.device,
        original_sha256=original_sha256,
    )


def activity_id(user_id: UUID, source: Source, external_id: str) -> UUID:
    """The same activity has the same id, however often it is imported."""
    return uuid5(NAMESPACE_URL, f"runcoach:activity:{user_id}:{source.value}:{external_id}")


def part_id(external_id: str, index: int) -> str:
    """Sessions of a multisport file after the first have ids of their own."""
    return external_id if index == 0 else f"{external_id}#{index + 1}"


def local_date(start: datetime, utc_offset_s: int | None, time_zone: str) -> date:
    """The day on the runner's clock: the device's own offset, else the runner's zone."""
    if utc_offset_s is not None:
        return (start + timedelta(seconds=utc_offset_s)).date()
    return start.astimezone(ZoneInfo(time_zone)).date()
