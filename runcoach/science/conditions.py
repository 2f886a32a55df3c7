"""What the day did to a run, or will do: heat, wind, altitude and air, as figures."""

from dataclasses import dataclass
from datetime import date

from runcoach.domain.figures import Figure, Reason, Scalar
from runcoach.science import air, altitude, heat, wind
from runcoach.science.definitions import figure, missing


@dataclass(frozen=True, slots=True)
class Weather:
    """Conditions of an hour; None = unknown. `headwind_m_s` along the way, tailwind negative."""

    temperature_c: float | None = None
    humidity_pct: float | None = None
    headwind_m_s: float | None = None
    altitude_m: float | None = None
    pm25_ug_m3: float | None = None


def weather_figures(
    weather: Weather, speed_m_s: float | None = None, as_of: date | None = None
) -> dict[str, Figure]:
    """WBGT with its flag, heat slow-down (middle of the band), altitude, wind and air quality."""
    t_c, rh = weather.temperature_c, weather.humidity_pct
    figures = {
        "altitude_power": _altitude(weather, as_of),
        "wind_energy": _wind(weather, speed_m_s, as_of),
        "air_quality": _air(weather, as_of),
    }
    if t_c is None or rh is None:
        return figures | {key: missing(key, Reason.NO_WEATHER, as_of) for key in ("wbgt", "heat_slowdown")}
    wbgt, dew_c = heat.swbgt(t_c, rh), heat.dew_point_c(t_c, rh)
    about = {"temperature_c": t_c, "humidity_pct": rh, "dew_point_c": dew_c}
    flag = heat.heat_flag(wbgt) if wbgt is not None else None
    band = heat.heat_slowdown_pct(t_c, rh)
    middle = (band[0] + band[1]) / 2 if band is not None else None
    low, high = band if band is not None else (None, None)
    too_hot = Reason.NO_WEATHER if dew_c is None else Reason.TOO_HOT_TO_RUN_HARD
    return figures | {
        "wbgt": figure("wbgt", wbgt, Reason.NO_WEATHER, as_of, flag=flag, **about),
        "heat_slowdown": figure("heat_slowdown", middle, too_hot, as_of, low_pct=low, high_pct=high, **about),
    }


def effort_in_weather(pace_s_per_km: float | None, weather: Weather, as_of: date | None = None) -> Figure:
    """How much of a run's slowness [%] the heat explains.

    `fair_pace_s_per_km` in the inputs is what the pace was worth. The credit ends at 8 %; it is shown beside
    the pace that was run, never instead.
    """
    slowdown = weather_figures(weather, as_of=as_of)["heat_slowdown"]
    if slowdown.number is None or pace_s_per_km is None:
        reason = slowdown.reason if slowdown.reason is not None else Reason.NO_SPEED
        return missing("post_run_slowdown", reason, as_of)
    credit = min(heat.LARGEST_CREDIT_PCT, slowdown.number)
    return figure(
        "post_run_slowdown",
        credit,
        Reason.NO_WEATHER,
        as_of,
        pace_s_per_km=pace_s_per_km,
        fair_pace_s_per_km=heat.heat_adjusted_pace(pace_s_per_km, credit),
        temperature_c=weather.temperature_c,
        humidity_pct=weather.humidity_pct,
    )


def _altitude(weather: Weather, as_of: date | None) -> Figure:
    if weather.altitude_m is None:
        return missing("altitude_power", Reason.NO_ALTITUDE, as_of)
    low = weather.altitude_m < altitude.IGNORED_BELOW_M
    power = 100.0 if low else altitude.altitude_aerobic_power_pct(weather.altitude_m / 1000)
    return figure("altitude_power", power, Reason.OUTSIDE_VALID_RANGE, as_of, altitude_m=weather.altitude_m)


def _wind(weather: Weather, speed_m_s: float | None, as_of: date | None) -> Figure:
    if weather.headwind_m_s is None:
        return missing("wind_energy", Reason.NO_WEATHER, as_of)
    factor = wind.wind_energy_factor(speed_m_s, weather.headwind_m_s) if speed_m_s is not None else None
    return figure("wind_energy", factor, Reason.NO_SPEED, as_of, headwind_m_s=weather.headwind_m_s)


def _air(weather: Weather, as_of: date | None) -> Figure:
    pm25 = weather.pm25_ug_m3
    index = air.us_aqi_pm25(pm25) if pm25 is not None else None
    advice = air.air_advice(index) if index is not None else None
    about: dict[str, Scalar | None] = {"pm25_ug_m3": pm25, "us_aqi": index}
    about["korea_grade"] = air.korea_pm_grade(pm25, "pm25") if pm25 is not None else None
    return figure("air_quality", advice, Reason.NO_WEATHER, as_of, **about)
