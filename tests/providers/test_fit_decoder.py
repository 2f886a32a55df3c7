"""The FIT decoder at its edges: damage, archives, odd bytes, the fallback, the checksum."""

import gzip
import io
import random
import time
import zipfile
from pathlib import Path

import fitdecode.utils
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runcoach.domain.activity import Channel, Sport
from runcoach.domain.errors import UnreadableFile
from runcoach.providers.files import archive
from runcoach.providers.files.fit import decoder as decoder_module
from runcoach.providers.files.fit.assemble import assemble
from runcoach.providers.files.fit.crc import crc16
from runcoach.providers.files.fit.decoder import FitDecoder
from runcoach.providers.files.fit.fallback import read_with_fitparse
from runcoach.providers.files.fit.reader import read_fit
from tests.providers.fit_bytes import definition, fit_file, message
from tests.shared_files import shared

DECODER = FitDecoder()


def a_run() -> bytes:
    return shared("fixtures/fit/run/track_cs_728599.fit").read_bytes()


def a_short_run() -> bytes:
    return shared("fixtures/fit/run/garmin-fenix-5-run.fit").read_bytes()


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("__", "."), data)
    return out.getvalue()


def reason_of(data: bytes) -> str:
    with pytest.raises(UnreadableFile) as caught:
        DECODER.decode(data, "upload")
    return caught.value.reason


# Archives


def test_zip_of_a_provider_decodes_like_the_file_inside():
    (plain,) = DECODER.decode(a_run(), "a.fit")
    (inside,) = DECODER.decode(zipped(**{"123_ACTIVITY__fit": a_run()}), "123.zip")
    assert inside.distance_m == plain.distance_m
    assert np.array_equal(inside.streams.time_s, plain.streams.time_s)


def test_gzip_decodes_like_the_file_inside():
    (inside,) = DECODER.decode(gzip.compress(a_run()), "a.fit.gz")
    assert inside.sport is Sport.RUN


def test_zip_without_fit_says_so():
    assert reason_of(zipped(readme__txt=b"hello")) == "no_fit_in_zip"


def test_empty_zip_says_so():
    assert reason_of(zipped()) == "no_fit_in_zip"


def test_zip_inside_a_zip_is_not_opened():
    assert reason_of(zipped(inner__zip=zipped(a__fit=a_short_run()))) == "no_fit_in_zip"


def test_fit_that_is_a_zip_inside_is_not_fit():
    assert reason_of(zipped(a__fit=zipped(b__fit=a_short_run()))) == "not_fit"


def test_unreadable_member_is_told_and_the_others_are_read():
    (activity,) = DECODER.decode(zipped(a__fit=b"rubbish", b__fit=a_run()), "export.zip")
    assert activity.distance_m is not None
    assert "zip_member_unreadable" in activity.warnings


def test_zip_of_unreadable_members_is_refused_for_the_first():
    assert reason_of(zipped(a__fit=b"", b__fit=b"rubbish")) == "empty"


def test_zip_bomb_stops_at_the_ratio():
    assert reason_of(zipped(a__fit=bytes(8 * 1024 * 1024))) == "zip_bomb"


def test_gzip_bomb_stops_at_the_ratio():
    assert reason_of(gzip.compress(bytes(8 * 1024 * 1024))) == "zip_bomb"


def test_zip_with_too_many_entries_is_refused():
    assert reason_of(zipped(**{f"{i}__txt": b"x" for i in range(archive.MAX_ENTRIES + 1)})) == "zip_bomb"


def test_member_beyond_the_limit_is_too_large():
    noise = random.Random(1).randbytes(archive.MAX_MEMBER_BYTES - 64 * 1024)
    data = zipped(a__fit=noise + bytes(128 * 1024))
    assert len(data) <= decoder_module.MAX_FILE_BYTES
    assert reason_of(data) == "too_large"


def test_encrypted_zip_says_so():
    data = bytearray(zipped(a__fit=a_short_run()))
    data[6] |= 1  # the flag in the local header …
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1  # … and in the directory
    assert reason_of(bytes(data)) == "zip_encrypted"


def test_broken_zip_says_so():
    assert reason_of(zipped(a__fit=a_run())[:-40]) == "zip_damaged"


def test_zip_with_a_damaged_member_says_so():
    data = bytearray(zipped(a__fit=a_run()))
    data[200:260] = bytes(60)
    assert reason_of(bytes(data)) == "zip_damaged"


# Other bytes


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"x", "not_fit"),
        (b"<?xml version='1.0'?><gpx/>", "not_fit"),
        (b"\x0e\x10\x00\x00\x00\x00\x00\x00.FIT", "truncated"),
        (b"\x55\x10\x00\x00\x00\x00\x00\x00.FIT\x00\x00", "bad_header"),
    ],
)
def test_bytes_that_are_no_activity_are_named(data: bytes, reason: str):
    assert reason_of(data) == reason


def test_upload_beyond_the_limit_is_not_looked_at():
    assert reason_of(bytes(decoder_module.MAX_FILE_BYTES + 1)) == "too_large"


# Damage


def test_wrong_checksum_is_a_warning_and_no_more():
    data = bytearray(a_run())
    data[-1] ^= 0xFF
    (activity,) = DECODER.decode(bytes(data), "a.fit")
    assert activity.warnings == ("crc_mismatch",)
    assert activity.distance_m == DECODER.decode(a_run(), "a.fit")[0].distance_m


def test_cut_file_keeps_the_records_before_the_cut():
    data = a_run()
    (whole,) = DECODER.decode(data, "a.fit")
    (half,) = DECODER.decode(data[: len(data) // 2], "a.fit")
    count = len(half.streams.time_s)
    assert "truncated" in half.warnings
    assert "no_session" in half.warnings
    assert 0.3 * len(whole.streams.time_s) < count < 0.7 * len(whole.streams.time_s)
    assert np.array_equal(half.streams.time_s[1:], whole.streams.time_s[1:count])
    speed = half.streams.channels[Channel.SPEED_M_S]
    assert np.array_equal(speed, whole.streams.channels[Channel.SPEED_M_S][:count], equal_nan=True)


def test_watch_that_lost_power_leaves_a_size_of_zero_and_is_read_to_the_end():
    data = bytearray(a_run())
    data[4:8] = bytes(4)
    (activity,) = DECODER.decode(bytes(data), "a.fit")
    assert "truncated" in activity.warnings
    assert activity.distance_m == DECODER.decode(a_run(), "a.fit")[0].distance_m


def outcome_of(data: bytes) -> str:
    """ "decoded", or the reason for the refusal; anything else is a crash."""
    try:
        activities = DECODER.decode(data, "upload")
    except UnreadableFile as refusal:
        return refusal.reason
    for activity in activities:
        assert (np.diff(activity.streams.time_s) > 0).all()
        assert 0 <= activity.moving_s <= activity.elapsed_s
    return "decoded"


REASONS = {"decoded", "empty", "not_fit", "bad_header", "truncated", "damaged", "no_activity"}


def test_every_cut_of_a_file_decodes_or_is_refused():
    data = a_short_run()
    outcomes = {outcome_of(data[:end]) for end in range(0, len(data), 7)}
    assert outcomes == {"empty", "not_fit", "truncated", "decoded"}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5_500), st.integers(0, 255)), min_size=1, max_size=12))
def test_changed_bytes_decode_or_are_refused(changes: list[tuple[int, int]]):
    data = bytearray(a_short_run())
    for at, value in changes:
        data[at % len(data)] = value
    assert outcome_of(bytes(data)) in REASONS


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_random_bytes_behind_a_header_decode_or_are_refused(body: bytes):
    assert outcome_of(fit_file(body)) in REASONS


def test_thousands_of_definitions_do_not_eat_the_memory():
    body = b"".join(definition(0, 20, [(253, 4, 0x86), (n % 250, 1 + n // 250, 0x0D)]) for n in range(9_000))
    assert reason_of(fit_file(body)) == "no_activity"


@pytest.mark.parametrize(
    ("number", "fields", "row", "count"),
    [
        (18, [(253, 4, 0x86), (2, 4, 0x86), (5, 1, 0x00)], message(1, "<IIB", 10**9, 10**9, 1), 1_000_000),
        (19, [(253, 4, 0x86), (2, 4, 0x86)], message(1, "<II", 10**9, 10**9), 1_000_000),
        (20, [], b"\x01", 10_000_000),
        (20, [(3, 1, 0x02)], b"\x01\x78", 5_000_000),
    ],
    ids=["sessions", "laps", "empty messages", "tiny messages"],
)
def test_file_made_to_cost_is_refused_before_it_does(
    number: int, fields: list[tuple[int, int, int]], row: bytes, count: int
):
    """Ten megabytes of rows; without limits minutes and gigabytes."""
    data = fit_file(definition(1, number, fields) + row * count)
    started = time.monotonic()
    assert reason_of(data) == "damaged"
    assert time.monotonic() - started < 10


def test_endless_chain_of_files_is_not_followed():
    started = time.monotonic()
    assert reason_of(fit_file(definition(0, 20, [(3, 1, 0x02)])) * 200_000) == "no_activity"
    assert time.monotonic() - started < 10


def test_chained_activities_are_all_read():
    fields = [(253, 4, 0x86), (3, 1, 0x02)]

    def run_at(start: int) -> bytes:
        rows = definition(0, 20, fields) + b"".join(message(0, "<IB", start + n, 140) for n in range(3))
        return fit_file(
            rows + definition(1, 18, RUN_SESSION) + message(1, "<IIBII", start + 2, start, 1, 2_000, 2_000)
        )

    first, second = DECODER.decode(run_at(T0) + run_at(T0 + 5_000), "chain.fit")
    assert (second.start_time - first.start_time).total_seconds() == 5_000
    assert len(first.streams.time_s) == len(second.streams.time_s) == 3


# Hand-made files: each number in view

RUN_SESSION = [(253, 4, 0x86), (2, 4, 0x86), (5, 1, 0x00), (7, 4, 0x86), (8, 4, 0x86)]
T0 = 1_000_000_000


def run_with(records: bytes) -> bytes:
    session = definition(1, 18, RUN_SESSION) + message(1, "<IIBII", T0 + 10, T0, 1, 10_000, 10_000)
    return fit_file(records + session)


def test_running_cadence_counts_both_feet_with_its_fraction():
    # 85 + 64/128 strides a minute = 171 steps
    fields = [(253, 4, 0x86), (4, 1, 0x02), (53, 1, 0x02)]
    rows = b"".join(message(0, "<IBB", T0 + i, 85, 64) for i in range(3))
    (activity,) = DECODER.decode(run_with(definition(0, 20, fields) + rows), "a.fit")
    assert activity.streams.channels[Channel.CADENCE_SPM].tolist() == [171, 171, 171]
    assert activity.avg_cadence_spm == 171


def test_cadence_that_counts_both_feet_already_is_left_alone():
    fields = [(253, 4, 0x86), (4, 1, 0x02)]
    rows = b"".join(message(0, "<IB", T0 + i, 176) for i in range(3))
    (activity,) = DECODER.decode(run_with(definition(0, 20, fields) + rows), "a.fit")
    assert activity.avg_cadence_spm == 176


def test_invalid_values_are_gaps_and_scales_are_applied():
    # altitude (2650 / 5) − 500 = 30 m; speed 3333 / 1000; heart rate 255 = nothing
    fields = [(253, 4, 0x86), (2, 2, 0x84), (6, 2, 0x84), (3, 1, 0x02)]
    rows = message(0, "<IHHB", T0, 2650, 3333, 255) + message(0, "<IHHB", T0 + 1, 0xFFFF, 0xFFFF, 150)
    (activity,) = DECODER.decode(run_with(definition(0, 20, fields) + rows), "a.fit")
    channels = activity.streams.channels
    assert channels[Channel.ALTITUDE_M][0] == 30
    assert channels[Channel.SPEED_M_S][0] == pytest.approx(3.333)
    assert np.isnan(channels[Channel.ALTITUDE_M][1])
    assert np.isnan(channels[Channel.HEART_RATE_BPM][0])
    assert activity.avg_hr_bpm == 150


def test_compressed_times_count_on_and_roll_over_at_32_seconds():
    # T0 ends in the bits 0; 28 → +28, 3 → +35 (rolled over once), 3 → +35 again, 4 → +36
    start = T0 - T0 % 32
    plain = definition(0, 20, [(253, 4, 0x86), (3, 1, 0x02)]) + message(0, "<IB", start, 140)
    short = definition(1, 20, [(3, 1, 0x02)])
    rows = b"".join(bytes([0x80 | 1 << 5 | offset, bpm]) for offset, bpm in [(28, 141), (3, 142), (4, 143)])
    session = definition(2, 18, RUN_SESSION) + message(2, "<IIBII", start + 40, start, 1, 40_000, 40_000)
    (activity,) = DECODER.decode(fit_file(plain + short + rows + session), "a.fit")
    assert activity.streams.time_s.tolist() == [0, 28, 35, 36]
    assert activity.streams.channels[Channel.HEART_RATE_BPM].tolist() == [140, 141, 142, 143]


def test_big_endian_definitions_are_read_in_their_order():
    rows = definition(0, 20, [(253, 4, 0x86), (7, 2, 0x84)], big=True)
    rows += message(0, ">IH", T0, 300) + message(0, ">IH", T0 + 1, 310)
    (activity,) = DECODER.decode(run_with(rows), "a.fit")
    assert activity.streams.channels[Channel.POWER_W].tolist() == [300, 310]


def test_pauses_are_taken_from_the_timer_events_where_no_total_says_so():
    fields = [(253, 4, 0x86), (3, 1, 0x02)]
    rows = definition(0, 20, fields) + b"".join(message(0, "<IB", T0 + t, 120) for t in (0, 100, 160, 200))
    events = definition(1, 21, [(253, 4, 0x86), (0, 1, 0x00), (1, 1, 0x00)])
    events += b"".join(
        message(1, "<IBB", T0 + t, 0, kind) for t, kind in [(0, 0), (100, 4), (160, 0), (200, 4)]
    )
    (activity,) = DECODER.decode(fit_file(rows + events), "a.fit")
    # 200 s in all, stopped from 100 to 160
    assert (activity.elapsed_s, activity.moving_s) == (200, 140)
    assert activity.sport is Sport.OTHER


def test_records_of_one_second_are_one_sample_with_the_later_value():
    first = definition(0, 20, [(253, 4, 0x86), (3, 1, 0x02)])
    second = definition(1, 20, [(253, 4, 0x86), (7, 2, 0x84)])
    rows = first + message(0, "<IB", T0, 120) + second + message(1, "<IH", T0, 250)
    rows += message(0, "<IB", T0 + 1, 130) + message(0, "<IB", T0 + 1, 131)
    (activity,) = DECODER.decode(run_with(rows), "a.fit")
    assert activity.streams.time_s.tolist() == [0, 1]
    assert activity.streams.channels[Channel.HEART_RATE_BPM].tolist() == [120, 131]
    assert activity.streams.channels[Channel.POWER_W][0] == 250


def test_time_that_jumps_back_is_put_in_order_with_a_warning():
    fields = [(253, 4, 0x86), (3, 1, 0x02)]
    rows = definition(0, 20, fields) + b"".join(message(0, "<IB", T0 + t, 100 + t) for t in (0, 5, 3))
    (activity,) = DECODER.decode(run_with(rows), "a.fit")
    assert activity.streams.time_s.tolist() == [0, 3, 5]
    assert "time_went_back" in activity.warnings


# Heart rate from the strap, the fallback, the checksum


@pytest.mark.parametrize(
    ("name", "swum_laps"), [("activity_poolswim_with_hr", (0, 2, 4)), ("Garmin945swimRRdata", (0, 1, 2, 3))]
)
def test_heart_rate_stored_under_water_falls_on_the_right_laps(name: str, swum_laps: tuple[int, ...]):
    """The watch's figures of a lap come from the same beats, but weigh beats, not seconds: ± 2 bpm."""
    (activity,) = DECODER.decode(shared(f"fixtures/fit/swim/{name}.fit").read_bytes(), name)
    heart_rate, time = activity.streams.channels[Channel.HEART_RATE_BPM], activity.streams.time_s
    for lap in (activity.laps[i] for i in swum_laps):
        inside = heart_rate[(time >= lap.start_s) & (time < lap.start_s + lap.elapsed_s)]
        assert float(np.nanmean(inside)) == pytest.approx(lap.avg_hr_bpm, abs=2)
        assert float(np.nanmax(inside)) == pytest.approx(lap.max_hr_bpm, abs=1)


@pytest.mark.parametrize(
    "name", ["run/track_cs_728599", "run/fit-sample", "cycle/hrv-activity", "run/sample"]
)
def test_fallback_reads_the_same_as_the_columns(name: str):
    data = shared(f"fixtures/fit/{name}.fit").read_bytes()
    columnar, slow = assemble(read_fit(data))[0], assemble(read_with_fitparse(data))[0]
    assert slow.distance_m == columnar.distance_m
    assert slow.elapsed_s == columnar.elapsed_s
    assert slow.avg_hr_bpm == columnar.avg_hr_bpm
    assert len(slow.laps) == len(columnar.laps)
    assert np.array_equal(slow.streams.time_s, columnar.streams.time_s)
    for channel in (Channel.HEART_RATE_BPM, Channel.DISTANCE_M, Channel.ALTITUDE_M):
        if channel in slow.streams.channels:
            assert np.allclose(
                slow.streams.channels[channel], columnar.streams.channels[channel], equal_nan=True, atol=1e-6
            )


def test_where_the_columns_refuse_the_slow_reader_answers(monkeypatch: pytest.MonkeyPatch):
    def refuse(_: bytes) -> None:
        raise ValueError

    monkeypatch.setattr(decoder_module, "read_fit", refuse)
    (activity,) = DECODER.decode(a_short_run(), "a.fit")
    assert activity.distance_m == pytest.approx(157.6, abs=0.1)


def test_where_nobody_can_read_it_the_reason_is_damage(monkeypatch: pytest.MonkeyPatch):
    def refuse(_: bytes) -> None:
        raise ValueError

    monkeypatch.setattr(decoder_module, "read_fit", refuse)
    assert reason_of(fit_file(b"\x0f\x0f\x0f")) == "damaged"


@pytest.mark.parametrize("size", [1, 63, 64, 65, 5_000, 65_535, 65_536, 65_793])
def test_checksum_is_the_one_of_another_implementation(size: int):
    data = random.Random(size).randbytes(size)
    assert crc16(data) == fitdecode.utils.compute_crc(data)


def test_whole_file_with_its_checksum_gives_zero():
    assert crc16(Path(shared("fixtures/fit/run/sample.fit")).read_bytes()) == 0
