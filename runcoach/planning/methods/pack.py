"""What a named method is made of: data only."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from runcoach.domain.plan import Method, Phase


class Session(StrEnum):
    """Kinds of quality sessions that packs choose from."""

    CRUISE = "cruise"
    TEMPO = "tempo"
    INTERVAL = "interval"
    REPETITION = "repetition"
    HILLS = "hills"
    STEADY_BLOCKS = "steady_blocks"
    TEMPO_BLOCKS = "tempo_blocks"
    RUNNING_INTERVAL = "running_interval"
    ACCELERATION = "acceleration"
    MAX_VELOCITY = "max_velocity"
    SPEED_ENDURANCE = "speed_endurance"


type Rotation = tuple[Session, ...]


@dataclass(frozen=True)
class MethodPack:
    """One method.

    `quality`: per phase the sessions of the first and of the second quality day; a week takes the next one.
    `growth`: rise of volume per building week. `deload_share`: what a lighter week keeps.
    `build_weeks`, `peak_weeks`: lengths counted back from the taper; what is before them is base.
    `easy_time_share`: least share of time at low intensity. `by_effort`: steps by time and feel, no paces.
    `long_with_m`: long runs of a marathon's build and peak hold marathon pace.
    """

    method: Method
    quality: Mapping[Phase, tuple[Rotation, Rotation]]
    growth: float
    deload_share: float
    build_weeks: int
    peak_weeks: int
    easy_time_share: float = 0.75
    by_effort: bool = False
    long_with_m: bool = False
    has_strides: bool = True
    source: str = ""
