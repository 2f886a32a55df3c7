"""Running dynamics of one activity: steps, bounce, contact, and speed for power."""

from runcoach.domain.activity import Channel
from runcoach.domain.figures import Figure, Reason
from runcoach.science import form
from runcoach.science.definitions import figure
from runcoach.science.prepare import Prepared
from runcoach.science.streams import is_on_feet


def dynamics(data: Prepared) -> dict[str, Figure]:
    as_of, on_foot = data.streams.as_of, is_on_feet(data.streams.sport)
    cadence = data.mean_of(Channel.CADENCE_SPM, above=0.0)
    speed = data.total_m / data.moving_s if data.total_m is not None and data.moving_s else None
    power, kg = data.mean_of(Channel.POWER_W, above=0.0), data.anchors.weight_kg
    measured_mm = data.mean_of(Channel.STEP_LENGTH_MM, above=0.0)
    step_m = measured_mm / 1000 if measured_mm is not None else None
    if step_m is None and on_foot and speed is not None and cadence is not None:
        step_m = form.step_length_m(speed, cadence)
    bounce_mm = data.mean_of(Channel.VERTICAL_OSCILLATION_MM, above=0.0)
    ratio = data.mean_of(Channel.VERTICAL_RATIO_PCT, above=0.0)
    if ratio is None and bounce_mm is not None and step_m is not None:
        ratio = form.vertical_ratio_pct(bounce_mm, step_m * 1000)
    contact_ms = data.mean_of(Channel.GROUND_CONTACT_MS, above=0.0)
    effectiveness = None
    if data.streams.sport.is_run and speed is not None and power is not None and kg is not None:
        effectiveness = form.running_effectiveness(speed, power, kg)
    no_power = Reason.NO_POWER if power is None else Reason.NO_WEIGHT if kg is None else Reason.NOT_A_RUN
    return {
        "step_length": figure("step_length", step_m, Reason.NO_CADENCE, as_of),
        "vertical_ratio": figure("vertical_ratio", ratio, Reason.NO_RUNNING_DYNAMICS, as_of),
        "vertical_oscillation": figure("vertical_oscillation", bounce_mm, Reason.NO_RUNNING_DYNAMICS, as_of),
        "ground_contact": figure("ground_contact", contact_ms, Reason.NO_RUNNING_DYNAMICS, as_of),
        "running_effectiveness": figure("running_effectiveness", effectiveness, no_power, as_of),
    }
