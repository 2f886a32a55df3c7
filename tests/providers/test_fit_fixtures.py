"""Every real file of the shared tree: decoded to its own totals, or refused with its reason."""

import json
from pathlib import Path
from typing import Any

import fitdecode
import numpy as np
import pytest

from runcoach.domain.activity import Channel, DecodedActivity, Sport
from runcoach.domain.errors import UnreadableFile
from runcoach.i18n.error_texts import error_text
from runcoach.providers.files.fit import profile
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.providers.files.fit.reader import read_fit
from tests.shared_files import shared

ROOT = shared("fixtures")
INDEX: list[dict[str, Any]] = json.loads((ROOT / "fit/INDEX.json").read_text())

REFUSED = {
    "fit/corrupt/._empty.fit": {"reason": "not_fit"},
    "fit/corrupt/Activity.fit": {"reason": "not_fit"},
    "fit/corrupt/empty.fit": {"reason": "empty"},
    "fit/course/example.fit": {"reason": "no_activity", "file_type": "course"},
    "fit/course/fitlocations-sample.fit": {"reason": "no_activity", "file_type": "other"},
    "fit/course/fitwrite-track.fit": {"reason": "no_activity", "file_type": "course"},
    "fit/course/old_stage_lefthand_lee.fit": {"reason": "no_activity", "file_type": "course"},
    "fit/other/DeveloperData.fit": {"reason": "no_activity"},
    "fit/other/valid_only_contain_fileid.fit": {"reason": "no_activity"},
    "fit/settings_weight/Settings.fit": {"reason": "no_activity", "file_type": "settings"},
    "fit/settings_weight/Settings2.fit": {"reason": "no_activity", "file_type": "settings"},
    "fit/settings_weight/WeightScaleMultiUser.fit": {"reason": "no_activity", "file_type": "weight"},
    "fit/settings_weight/WeightScaleSingleUser.fit": {"reason": "no_activity", "file_type": "weight"},
    "fit/workout/stagesLink_25622166.fit": {"reason": "no_activity", "file_type": "workout"},
    "fit/workout/WorkoutCustomTargetValues.fit": {"reason": "no_activity", "file_type": "workout"},
    "fit/workout/WorkoutRepeatGreaterThanStep.fit": {"reason": "no_activity", "file_type": "workout"},
    "fit/workout/WorkoutRepeatSteps.fit": {"reason": "no_activity", "file_type": "workout"},
}
DECODED = [entry for entry in INDEX if entry["path"] not in REFUSED]

SALVAGED = {
    "fit/corrupt/activity-settings-nodata.fit": "truncated",
    "fit/corrupt/activity-unexpected-eof.fit": "truncated",
    "fit/corrupt/lezyne_super_gps-garmin_fit-sample-bad-endian.fit": "truncated",
    "fit/corrupt/nick.fit": "truncated",
    "fit/corrupt/strava-android-app-201.10-b1218918.fit": "damaged",
}
"""What each lost end is called; the records before it are there."""

RECORDS_WITHOUT_TIME = {"fit/swim/AleV_Swim_2015-02-09-16-15.fit"}
TIMER_LONGER_THAN_ELAPSED = {"fit/other/SpeedCoach-GPS-Workout.fit", "fit/run/Runn_Incline.fit"}
ORACLE_MAX_BYTES = 70_000
"""The oracle reads ten thousand messages a second; larger files are compared by the index alone."""


def name_of(entry: dict[str, Any]) -> str:
    return str(entry["path"])


def read(entry: dict[str, Any]) -> bytes:
    return Path(ROOT / entry["path"]).read_bytes()


def decode(entry: dict[str, Any]) -> tuple[DecodedActivity, ...]:
    return FitDecoder().decode(read(entry), entry["path"])


def transitions(entry: dict[str, Any], key: str) -> float:
    """What the file's own totals count between the sports of a triathlon."""
    sessions = read_fit(read(entry)).sessions
    return float(sum(s.get(key, 0.0) for s in sessions if s.get("sport") == profile.TRANSITION_SPORT))


@pytest.mark.parametrize("entry", [e for e in INDEX if e["path"] in REFUSED], ids=name_of)
def test_file_without_an_activity_is_refused_with_its_reason(entry: dict[str, Any]):
    with pytest.raises(UnreadableFile) as caught:
        decode(entry)
    assert caught.value.data == REFUSED[entry["path"]]


@pytest.mark.parametrize("entry", DECODED, ids=name_of)
def test_totals_are_those_of_the_file(entry: dict[str, Any]):
    """± 1 s and ± 1 m: the index rounds to a tenth, sessions are summed."""
    activities = decode(entry)
    if entry["elapsed_s"] is not None:
        elapsed = sum(a.elapsed_s for a in activities) + transitions(entry, "elapsed")
        assert elapsed == pytest.approx(entry["elapsed_s"], abs=1)
    if entry["timer_s"] is not None and entry["path"] not in TIMER_LONGER_THAN_ELAPSED:
        moving = sum(a.moving_s for a in activities) + transitions(entry, "timer")
        assert moving == pytest.approx(entry["timer_s"], abs=1)
    if entry["distance_m"]:
        distance = sum(a.distance_m or 0 for a in activities) + transitions(entry, "distance")
        assert distance == pytest.approx(entry["distance_m"], abs=1)
    if entry["laps"] is not None and len(activities) == entry["sessions"]:
        assert sum(len(a.laps) for a in activities) == entry["laps"]


@pytest.mark.parametrize("entry", DECODED, ids=name_of)
def test_samples_are_sane(entry: dict[str, Any]):
    for activity in decode(entry):
        time = activity.streams.time_s
        assert (np.diff(time) > 0).all()
        assert len(time) == 0 or time[0] >= 0
        for channel, values in activity.streams.channels.items():
            assert np.isfinite(values).any(), channel
            assert not np.isinf(values).any(), channel
        assert 0 <= activity.moving_s <= activity.elapsed_s
        assert all(lap.start_s >= 0 and lap.moving_s <= lap.elapsed_s for lap in activity.laps)


@pytest.mark.parametrize("entry", [e for e in DECODED if e["sessions"] == 1], ids=name_of)
def test_every_record_is_a_sample(entry: dict[str, Any]):
    """All records of the oracle are read; those of one instant are one sample."""
    (activity,) = decode(entry)
    records = read_fit(read(entry)).records
    if entry["path"] in RECORDS_WITHOUT_TIME:
        assert "records_without_time" in activity.warnings
        return
    assert records.count >= entry["records"]
    time = records.column("timestamp")
    assert time is not None
    assert len(activity.streams.time_s) == len(np.unique(time[~np.isnan(time)]))


@pytest.mark.parametrize("path", SALVAGED)
def test_damaged_file_gives_what_is_whole(path: str):
    entry = next(e for e in INDEX if e["path"] == path)
    (activity,) = decode(entry)
    assert SALVAGED[path] in activity.warnings
    assert len(activity.streams.time_s) > 1


@pytest.mark.parametrize("entry", [e for e in DECODED if e["path"] not in SALVAGED], ids=name_of)
def test_whole_file_is_not_called_damaged(entry: dict[str, Any]):
    warnings = {w for a in decode(entry) for w in a.warnings}
    assert not warnings & {"truncated", "damaged"}


def oracle_sessions(data: bytes) -> list[dict[str, Any]]:
    with fitdecode.FitReader(
        data, check_crc=fitdecode.CrcCheck.DISABLED, error_handling=fitdecode.ErrorHandling.IGNORE
    ) as frames:
        return [
            {field.name: field.value for field in frame.fields}
            for frame in frames
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "session"
        ]


@pytest.mark.parametrize(
    "entry",
    [e for e in DECODED if e["sessions"] == 1 and e["bytes"] <= ORACLE_MAX_BYTES
     and e["decoders"]["fitdecode 0.11.0"]["ok"]],
    ids=name_of,
)  # fmt: skip
def test_session_figures_are_those_of_another_decoder(entry: dict[str, Any]):
    (activity,) = decode(entry)
    (session,) = oracle_sessions(read(entry))
    if session.get("avg_heart_rate"):
        assert activity.avg_hr_bpm == session["avg_heart_rate"]
    if session.get("max_heart_rate"):
        assert activity.max_hr_bpm == session["max_heart_rate"]
    if session.get("total_distance"):
        assert activity.distance_m == pytest.approx(session["total_distance"])
    assert activity.elapsed_s == pytest.approx(session["total_elapsed_time"])
    assert (activity.ascent_m or 0) == (session.get("total_ascent") or 0)
    assert activity.calories_kcal == session.get("total_calories")
    if session.get("avg_power"):
        assert activity.avg_power_w == session["avg_power"]
    if isinstance(session["start_time"], int):  # seconds since the watch was switched on
        assert "clock_not_set" in activity.warnings
    else:
        assert abs((activity.start_time - session["start_time"]).total_seconds()) <= 1


@pytest.mark.parametrize(
    "entry",
    [e for e in DECODED if e["path"].startswith("fit/run/") and e["has"]["hr"] and e["records"] > 60],
    ids=name_of,
)
def test_mean_heart_rate_of_a_run_agrees_with_its_session(entry: dict[str, Any]):
    """± 4 bpm: devices weigh by time, and leave pauses out."""
    for activity in decode(entry):
        heart_rate = activity.streams.get(Channel.HEART_RATE_BPM)
        if heart_rate is not None and activity.avg_hr_bpm is not None:
            assert float(np.nanmean(heart_rate)) == pytest.approx(activity.avg_hr_bpm, abs=4)


def test_sports_are_the_files_own_and_never_a_run_by_default():
    counted = {e["path"]: [a.sport for a in decode(e)] for e in DECODED if e["sessions"] == 1}
    for path, (sport,) in counted.items():
        room = path.split("/")[1]
        if room == "run":
            assert sport.is_run, path
        elif room == "other":
            assert not sport.is_run, path
    assert counted["fit/run/Fenix_Incline.fit"] == [Sport.TREADMILL]
    assert counted["fit/run/sample.fit"] == [Sport.TRAIL]
    assert counted["fit/other/snorkeling-unknown-sport.fit"] == [Sport.OTHER]
    assert counted["fit/other/garmin-fenix-5-walk.fit"] == [Sport.WALK]


def test_triathlon_is_three_activities_in_order():
    entry = next(e for e in INDEX if e["path"].endswith("triathlon_summary_last.fit"))
    activities = decode(entry)
    assert [a.sport for a in activities] == [Sport.SWIM, Sport.RIDE, Sport.RUN]
    assert all(a.start_time < b.start_time for a, b in zip(activities, activities[1:], strict=False))
    assert all(len(a.streams.time_s) > 0 for a in activities)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_reason_has_its_words(language: str):
    """What the decoder may refuse with, in both catalogues."""
    reasons = {str(data["reason"]) for data in REFUSED.values()} | {
        "bad_header", "truncated", "damaged", "too_large",
        "zip_bomb", "zip_damaged", "zip_encrypted", "no_fit_in_zip",
    }  # fmt: skip
    texts = {error_text("unreadable_file", language, {"reason": reason}).what for reason in reasons}
    unknown = error_text("unreadable_file", language, {"reason": "of 2030"}).what
    assert unknown not in texts
    assert len(texts) == len(reasons)
