"""Every figure that can be shown has its words in both languages."""

import pytest

from runcoach.i18n.catalogue import has
from runcoach.science import air, energy, heat, pmc, readiness, risk
from runcoach.science.definitions import DEFINITIONS
from runcoach.science.load import LoadSource
from runcoach.science.readiness import Signals

KINDS = [
    "hr_max",
    "hr_rest",
    "threshold_hr",
    "threshold_pace",
    "critical_power",
    "hr_zones",
    "pace_zones",
    "power_zones",
]
METHODS = [
    "runner",
    "profile",
    "observed_twice",
    "age",
    "default",
    "60_nights",
    "best_20_min",
    "reserve_85",
    "race",
]
WORDS = [
    *(f"anchor.kind.{kind}" for kind in KINDS),
    *(f"anchor.method.{method}" for method in METHODS),
    *(f"load_source.{source}" for source in LoadSource),
    *(f"tsb_band.{pmc.tsb_band(tsb)}" for tsb in (30, 20, 0, -20, -40)),
    *(f"hrv_status.{word}" for word in ("below", "normal", "above")),
    *(f"sleep_status.{word}" for word in ("enough", "short", "below_own")),
    *(f"readiness.{word}" for word in ("green", "amber", "red")),
    *(f"session_spike.{word}" for word in (*risk.SPIKE_HAZARD, "no_baseline")),
    *(f"heat_flag.{word}" for word in heat.FLAGS),
    *(f"air_quality.{air.air_advice(index)}" for index in (50, 120, 180, 250)),
    *(f"energy_availability.{word}" for word in energy.EA_CLASSES),
]


@pytest.mark.parametrize("key", sorted(DEFINITIONS))
def test_a_metric_has_a_name_and_a_definition(key: str) -> None:
    assert has(DEFINITIONS[key].name_key)
    assert has(DEFINITIONS[key].formula_key)


@pytest.mark.parametrize("key", WORDS)
def test_a_word_that_a_figure_may_be_is_in_both_catalogues(key: str) -> None:
    assert has(key)


def test_every_part_of_readiness_has_a_name() -> None:
    everything = Signals("below", 3, -2.0, 6.0, "short", -40.0, 2.0, is_ill=True)
    painful = Signals(has_pain=True)
    parts = [*readiness.readiness(everything).components, *readiness.readiness(painful).components]
    assert {part.key for part in parts} >= {"illness", "pain", "sleep", "form"}
    assert all(has(f"readiness.part.{part.key}") for part in parts)
