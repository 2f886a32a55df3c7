"""What a device is called: from its own name, or by the numbers of its maker."""

from typing import Final

_MANUFACTURERS: Final = {
    1: "Garmin",
    23: "Suunto",
    32: "Wahoo",
    38: "o-synce",
    71: "TomTom",
    89: "Tacx",
    95: "Stryd",
    123: "Polar",
    255: "Development",
    258: "Lezyne",
    260: "Zwift",
    265: "Strava",
    267: "Bryton",
    289: "Hammerhead",
    294: "COROS",
    331: "MyWhoosh",
}
_GARMIN_PRODUCTS: Final = {
    717: "Forerunner 405",
    988: "Forerunner 60",
    1018: "Forerunner 310XT",
    1124: "Forerunner 110",
    1328: "Forerunner 910XT",
    1345: "Forerunner 610",
    1436: "Forerunner 70",
    1482: "Forerunner 10",
    1551: "fēnix",
    1623: "Forerunner 620",
    1632: "Forerunner 220",
    1765: "Forerunner 920XT",
    1903: "Forerunner 15",
    1967: "fēnix 2",
    2050: "fēnix 3",
    2148: "Forerunner 25",
    2153: "Forerunner 225",
    2156: "Forerunner 630",
    2157: "Forerunner 230",
    2158: "Forerunner 735XT",
    2413: "fēnix 3 HR",
    2431: "Forerunner 235",
    2503: "Forerunner 35",
    2544: "fēnix 5S",
    2604: "fēnix 5X",
    2691: "Forerunner 935",
    2697: "fēnix 5",
    2886: "Forerunner 645",
    2888: "Forerunner 645 Music",
    3076: "Forerunner 245",
    3077: "Forerunner 245 Music",
    3110: "fēnix 5 Plus",
    3111: "fēnix 5X Plus",
    3113: "Forerunner 945",
    3282: "Forerunner 45",
    3288: "fēnix 6S",
    3289: "fēnix 6S Pro",
    3290: "fēnix 6",
    3291: "fēnix 6X",
    3589: "Forerunner 745",
    3652: "Forerunner 945 LTE",
    3869: "Forerunner 55",
    3905: "fēnix 7S",
    3906: "fēnix 7",
    3907: "fēnix 7X",
    3943: "epix",
    3990: "Forerunner 255 Music",
    3992: "Forerunner 255",
    4024: "Forerunner 955",
    4257: "Forerunner 265",
    4258: "Forerunner 265S",
    4315: "Forerunner 965",
    4432: "Forerunner 165",
    4433: "Forerunner 165 Music",
}
_GARMIN: Final = 1


def device_name(manufacturer: int | None, product: int | None, product_name: str | None) -> str | None:
    """What the runner calls the device; numbers where this table is older than the device."""
    if product_name and product_name.isprintable() and "\ufffd" not in product_name:
        return product_name
    if manufacturer == _GARMIN and product in _GARMIN_PRODUCTS:
        return f"Garmin {_GARMIN_PRODUCTS[product]}"
    maker = None if manufacturer is None else _MANUFACTURERS.get(manufacturer)
    return f"{maker} {product}" if maker and product else maker
