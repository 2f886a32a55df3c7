"""Samples survive their blob exactly, gaps included, in few bytes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runcoach.domain.activity import Channel
from runcoach.storage.streams_codec import STEPS, TIME_CHANNEL, decode, encode
from tests.storage.builders import watch_streams

RANGES = {
    TIME_CHANNEL: (0, 864_000),
    Channel.HEART_RATE_BPM: (0, 254),
    Channel.SPEED_M_S: (0, 65),
    Channel.DISTANCE_M: (0, 4_000_000),
    Channel.ALTITUDE_M: (-500, 12_600),
    Channel.CADENCE_SPM: (0, 508),
    Channel.POWER_W: (0, 65_000),
    Channel.LATITUDE_DEG: (-90, 90),
    Channel.LONGITUDE_DEG: (-180, 180),
    Channel.TEMPERATURE_C: (-60, 60),
    Channel.GROUND_CONTACT_MS: (0, 6553),
    Channel.VERTICAL_OSCILLATION_MM: (0, 6553),
    Channel.VERTICAL_RATIO_PCT: (0, 655),
    Channel.STEP_LENGTH_MM: (0, 6553),
    Channel.RESPIRATION_BRPM: (0, 255),
}


def test_every_channel_has_a_step_and_a_range_here() -> None:
    assert set(STEPS) == {TIME_CHANNEL, *Channel} == set(RANGES)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), channel=st.sampled_from(sorted(RANGES)))
def test_whatever_the_file_format_can_say_comes_back_bit_by_bit(data: st.DataObject, channel: str) -> None:
    step, (low, high) = STEPS[channel], RANGES[channel]
    whole = st.integers(
        int(np.ceil(low * step.divisor / step.multiplier)),
        int(np.floor(high * step.divisor / step.multiplier)),
    )
    drawn = data.draw(st.lists(st.one_of(st.none(), whole), max_size=60))
    values = np.array(
        [np.nan if one is None else one * step.multiplier / step.divisor for one in drawn], dtype=np.float64
    )
    np.testing.assert_array_equal(decode(encode(channel, values)), values)


@settings(max_examples=100, deadline=None)
@given(data=st.data(), channel=st.sampled_from(sorted(RANGES)))
def test_what_is_finer_than_the_format_is_off_by_half_a_step_at_most(
    data: st.DataObject, channel: str
) -> None:
    step, (low, high) = STEPS[channel], RANGES[channel]
    values = np.array(data.draw(st.lists(st.floats(low, high), max_size=40)), dtype=np.float64)
    error = np.abs(decode(encode(channel, values)) - values)
    assert error.max(initial=0.0) <= 0.5 * step.multiplier / step.divisor * (1 + 1e-9)


@pytest.mark.parametrize(
    "values",
    [
        [],
        [np.nan],
        [np.nan, np.nan, 151.0],
        [151.0, np.nan, np.nan],
        [0.0, 254.0, 0.0, np.nan, 254.0],
        [2.0**40, -(2.0**40), np.nan],
    ],
)
def test_gaps_and_extremes_come_back(values: list[float]) -> None:
    np.testing.assert_array_equal(decode(encode(Channel.HEART_RATE_BPM, np.array(values))), values)


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e300])
def test_number_out_of_any_range_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="out of range"):
        encode(Channel.POWER_W, np.array([1.0, value, np.nan]))


def test_hour_of_a_watch_takes_at_most_eight_bytes_per_record() -> None:
    streams = watch_streams(3600)
    blobs = [encode(TIME_CHANNEL, streams.time_s), *(encode(c, v) for c, v in streams.channels.items())]
    assert sum(map(len, blobs)) / 3600 <= 8


@pytest.mark.parametrize("damage", ["empty", "version", "cut", "flipped", "longer"])
def test_blob_that_is_not_whole_is_refused(damage: str) -> None:
    blob = encode(Channel.POWER_W, np.arange(500.0))
    broken = {
        "empty": b"",
        "version": b"\x63" + blob[1:],
        "cut": blob[:-8],
        "flipped": blob[:24] + bytes([blob[24] ^ 0xFF]) + blob[25:],
        "longer": blob[:2] + (10**9).to_bytes(4, "little") + blob[6:],
    }[damage]
    with pytest.raises(ValueError, match="sample blob"):
        decode(broken)
