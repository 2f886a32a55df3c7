"""Air quality: the grades that Korea and the US publish, and what they mean for a run."""

from math import floor

from runcoach.science.known import determined
from runcoach.science.tables import by_name, upper_band
from runcoach.science.units import round_half_up

KOREA_BOUNDS = {"pm25": (15.0, 35.0, 75.0), "pm10": (30.0, 80.0, 150.0)}
"""AirKorea's upper bounds [µg/m³] of 좋음, 보통 and 나쁨."""

KOREA_GRADES = ("좋음", "보통", "나쁨")
KOREA_WORST = "매우나쁨"

US_PM25 = (
    (0.0, 9.0, 0, 50),
    (9.1, 35.4, 51, 100),
    (35.5, 55.4, 101, 150),
    (55.5, 125.4, 151, 200),
    (125.5, 225.4, 201, 300),
    (225.5, 325.4, 301, 500),
)
"""US EPA 2024: concentration [µg/m³, cut to 0.1] low, high → AQI low, high."""

US_HIGHEST = 500


@determined
def korea_pm_grade(pm: float, pollutant: str) -> str | None:
    """AirKorea's grade of PM2.5 or PM10 [µg/m³]: 좋음, 보통, 나쁨, 매우나쁨. None for negative values.

    `pollutant`: pm25 or pm10. Upper bounds inclusive; the words are the agency's own.
    """
    bounds = by_name(KOREA_BOUNDS, pollutant)
    if pm < 0:
        return None
    return upper_band(tuple(zip(bounds, KOREA_GRADES, strict=True)), pm, KOREA_WORST)


@determined
def us_aqi_pm25(c: float) -> int | None:
    """US air quality index of PM2.5 [µg/m³], EPA 2024; 500 from 325.4. None for negative values."""
    if c < 0:
        return None
    tenths = floor(c * 10 + 1e-9) / 10
    for c_low, c_high, aqi_low, aqi_high in US_PM25:
        if tenths <= c_high:
            return round_half_up(aqi_low + (aqi_high - aqi_low) * (tenths - c_low) / (c_high - c_low))
    return US_HIGHEST


def air_advice(us_aqi: int) -> str:
    """ok up to 100, shorten up to 150, indoors up to 200, no_outdoor_running above."""
    return upper_band(((100, "ok"), (150, "shorten"), (200, "indoors")), us_aqi, "no_outdoor_running")
