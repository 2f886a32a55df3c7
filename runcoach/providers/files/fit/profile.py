"""The part of the FIT profile that a running coach needs: field numbers, scales, names."""

from dataclasses import dataclass
from typing import Final

from runcoach.domain.activity import Sport

FIT_EPOCH_S: Final = 631_065_600
"""1989-12-31T00:00:00Z in Unix seconds."""

SEMICIRCLE_DEG: Final = 180 / 2**31

FILE_ID, SESSION, LAP, RECORD, EVENT, DEVICE_INFO, ACTIVITY = 0, 18, 19, 20, 21, 23, 34
HR, FIELD_DESCRIPTION = 132, 206


@dataclass(frozen=True)
class Field:
    """A field's name and its way to SI: value = raw / scale − offset."""

    name: str
    scale: float = 1.0
    offset: float = 0.0
    is_text: bool = False


TIMESTAMP: Final = Field("timestamp")

RECORD_FIELDS: Final = {
    253: TIMESTAMP,
    0: Field("latitude", 1 / SEMICIRCLE_DEG),
    1: Field("longitude", 1 / SEMICIRCLE_DEG),
    2: Field("altitude", 5, 500),
    3: Field("heart_rate"),
    4: Field("cadence"),
    5: Field("distance", 100),
    6: Field("speed", 1000),
    7: Field("power"),
    13: Field("temperature"),
    39: Field("vertical_oscillation", 10),
    41: Field("stance_time", 10),
    53: Field("fractional_cadence", 128),
    73: Field("enhanced_speed", 1000),
    78: Field("enhanced_altitude", 5, 500),
    83: Field("vertical_ratio", 100),
    85: Field("step_length", 10),
    99: Field("respiration_rate"),
    108: Field("enhanced_respiration_rate", 100),
}
COMPRESSED_SPEED_DISTANCE: Final = 8
DEVELOPER_FIELDS: Final = {
    7: "power",
    39: "vertical_oscillation",
    41: "stance_time",
    83: "vertical_ratio",
    85: "step_length",
}
"""Record fields that a developer's field may stand in for, where the watch has none of its own."""

_TOTALS: Final = {
    253: TIMESTAMP,
    254: Field("message_index"),
    2: Field("start_time"),
    7: Field("elapsed", 1000),
    8: Field("timer", 1000),
    9: Field("distance", 100),
    11: Field("calories"),
}

MESSAGES: Final[dict[int, dict[int, Field]]] = {
    FILE_ID: {
        0: Field("type"),
        1: Field("manufacturer"),
        2: Field("product"),
        4: Field("time_created"),
        8: Field("product_name", is_text=True),
    },
    SESSION: {
        **_TOTALS,
        5: Field("sport"),
        6: Field("sub_sport"),
        16: Field("avg_hr"),
        17: Field("max_hr"),
        18: Field("avg_cadence"),
        20: Field("avg_power"),
        22: Field("ascent"),
        23: Field("descent"),
        24: Field("training_effect", 10),
        92: Field("avg_fractional_cadence", 128),
        137: Field("anaerobic_effect", 10),
    },
    LAP: {
        **_TOTALS,
        15: Field("avg_hr"),
        16: Field("max_hr"),
        17: Field("avg_cadence"),
        19: Field("avg_power"),
        24: Field("trigger"),
        80: Field("avg_fractional_cadence", 128),
    },
    RECORD: RECORD_FIELDS,
    EVENT: {253: TIMESTAMP, 0: Field("event"), 1: Field("event_type")},
    DEVICE_INFO: {
        253: TIMESTAMP,
        0: Field("device_index"),
        2: Field("manufacturer"),
        4: Field("product"),
        27: Field("product_name", is_text=True),
    },
    ACTIVITY: {253: TIMESTAMP, 0: Field("timer", 1000), 5: Field("local_timestamp")},
    FIELD_DESCRIPTION: {
        0: Field("developer_index"),
        1: Field("number"),
        2: Field("base_type"),
        3: Field("name", is_text=True),
        6: Field("scale"),
        7: Field("offset"),
        8: Field("units", is_text=True),
        14: Field("native_message"),
        15: Field("native_field"),
    },
}


@dataclass(frozen=True)
class BaseType:
    """How a FIT base type lies in memory, and the value that means "nothing"."""

    code: str
    size: int
    invalid: int | None


BASE_TYPES: Final = {
    0x00: BaseType("u1", 1, 0xFF),
    0x01: BaseType("i1", 1, 0x7F),
    0x02: BaseType("u1", 1, 0xFF),
    0x03: BaseType("i2", 2, 0x7FFF),
    0x04: BaseType("u2", 2, 0xFFFF),
    0x05: BaseType("i4", 4, 0x7FFFFFFF),
    0x06: BaseType("u4", 4, 0xFFFFFFFF),
    0x08: BaseType("f4", 4, None),
    0x09: BaseType("f8", 8, None),
    0x0A: BaseType("u1", 1, 0),
    0x0B: BaseType("u2", 2, 0),
    0x0C: BaseType("u4", 4, 0),
    0x0D: BaseType("u1", 1, 0xFF),
    0x0E: BaseType("i8", 8, 0x7FFFFFFFFFFFFFFF),
    0x0F: BaseType("u8", 8, 0xFFFFFFFFFFFFFFFF),
    0x10: BaseType("u8", 8, 0),
}
"""By the low five bits; the high bit only says that the type has an endianness."""

STRING_TYPE: Final = 0x07

FILE_ACTIVITY: Final = 4
FILE_TYPES: Final = {
    1: "device",
    2: "settings",
    3: "sport",
    4: "activity",
    5: "workout",
    6: "course",
    7: "schedules",
    9: "weight",
    10: "totals",
    11: "goals",
    14: "blood_pressure",
    15: "monitoring",
    20: "activity_summary",
    28: "monitoring",
    32: "monitoring",
    34: "segment",
    35: "segment_list",
}
LAP_TRIGGERS: Final = {
    0: "manual",
    1: "time",
    2: "distance",
    3: "position",
    4: "position",
    5: "position",
    6: "position",
    7: "session_end",
    8: "equipment",
}
TIMER_EVENT: Final = 0
STOP_EVENT_TYPES: Final = frozenset({1, 4, 8, 9})
START_EVENT_TYPE: Final = 0
TRANSITION_SPORT: Final = 3

_RUN_KINDS: Final = {
    1: Sport.TREADMILL,
    45: Sport.TREADMILL,
    58: Sport.TREADMILL,
    3: Sport.TRAIL,
    4: Sport.TRACK,
}
"""Sub-sports of running; 58 is a virtual run, on a treadmill in front of a screen."""
_SPORTS: Final = {
    2: Sport.RIDE,
    5: Sport.SWIM,
    11: Sport.WALK,
    17: Sport.HIKE,
    16: Sport.HIKE,
    21: Sport.RIDE,
}
_STRENGTH_SUB_SPORT: Final = 20


def sport_of(sport: int | None, sub_sport: int | None) -> Sport:
    """FIT's numbers to our word; a number that nobody here knows is `other`, never a run."""
    if sport == 1:
        return _RUN_KINDS.get(sub_sport or 0, Sport.RUN)
    if sub_sport == _STRENGTH_SUB_SPORT:
        return Sport.STRENGTH
    return _SPORTS.get(-1 if sport is None else sport, Sport.OTHER)
