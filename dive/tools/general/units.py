"""Unit conversion (pint): quantities that other tools yield in other units, and stated amounts between named units.

Acre and fathom are the international ones; pint's own are those of the US survey foot, two parts in a million larger.
"""

from functools import cache, partial
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "pint default unit definitions (SI brochure; NIST SP 811, 2008; CODATA)"
conversion = partial(tool, domain="general", kind="processing", provider="pint", source=SOURCE, requires=("Pint",))
"""A tool that converts by Pint's definitions."""

Kelvin = Annotated[
    float,
    Semantic("phys.kelvin"),
    Says("temperature", unit="K"),
    Among((77.36, 195.0, 273.15, 298.15, 310.15, 373.15, 1811.0)),
    Field(description="Thermodynamic temperature in kelvin", ge=0, le=1e8),
]
Celsius = Annotated[
    float,
    Semantic("phys.celsius"),
    Says("temperature", unit="°C"),
    Among((-40, -18, 4, 20, 37, 39.5, 121)),
    Field(description="Temperature in °C", ge=-273.15, le=1e8),
]
Amount = Annotated[
    float,
    Says("amount"),
    Among((2.5, 8, 12, 45, 60, 150, 750)),
    Field(description="Number of units to convert", gt=0, le=1e12),
]
MassUnit = Literal["pounds", "ounces", "troy ounces", "kilograms", "grams", "stones", "carats"]
VolumeUnit = Literal[
    "litres", "US gallons", "imperial gallons", "US fluid ounces", "cubic metres", "imperial pints", "oil barrels"
]
SpeedUnit = Literal["kilometres per hour", "miles per hour", "knots", "metres per second", "feet per second"]
EnergyUnit = Literal["joules", "kilocalories", "kilowatt-hours", "British thermal units", "electronvolts"]
AreaUnit = Literal["hectares", "acres", "square kilometres", "square miles", "square feet", "square metres"]
UNITS = {
    "pounds": "pound",
    "ounces": "ounce",
    "troy ounces": "troy_ounce",
    "kilograms": "kilogram",
    "grams": "gram",
    "stones": "stone",
    "carats": "carat",
    "litres": "liter",
    "US gallons": "gallon",
    "imperial gallons": "imperial_gallon",
    "US fluid ounces": "fluid_ounce",
    "cubic metres": "meter**3",
    "imperial pints": "imperial_pint",
    "oil barrels": "oil_barrel",
    "kilometres per hour": "kilometer/hour",
    "miles per hour": "mile/hour",
    "knots": "knot",
    "metres per second": "meter/second",
    "feet per second": "foot/second",
    "joules": "joule",
    "kilocalories": "kilocalorie",
    "kilowatt-hours": "kilowatt_hour",
    "British thermal units": "british_thermal_unit",
    "electronvolts": "electron_volt",
    "hectares": "hectare",
    "acres": "statute_acre",
    "square kilometres": "kilometer**2",
    "square miles": "mile**2",
    "square feet": "foot**2",
    "square metres": "meter**2",
}


class FromKelvin(TypedDict):
    celsius: Annotated[float, Semantic("phys.celsius"), Says("Celsius equivalent of {kelvin}", unit="°C", digits=2)]
    fahrenheit: Annotated[float, Says("Fahrenheit equivalent of {kelvin}", unit="°F", digits=2)]


class FromCelsius(TypedDict):
    kelvin: Annotated[float, Semantic("phys.kelvin"), Says("kelvin equivalent of {celsius}", unit="K", digits=2)]
    fahrenheit: Annotated[float, Says("Fahrenheit equivalent of {celsius}", unit="°F", digits=1)]


class FromKm(TypedDict):
    miles: Annotated[float, Says("length of {distance} in statute miles", unit="miles", digits=1)]
    nautical_miles: Annotated[float, Says("length of {distance} in nautical miles", unit="nautical miles", digits=1)]
    light_milliseconds: Annotated[float, Says("time that light in vacuum takes for {distance}", unit="ms", digits=3)]


class FromMetre(TypedDict):
    feet: Annotated[float, Says("length of {height} in feet", unit="feet", digits=0)]
    fathoms: Annotated[float, Says("length of {height} in fathoms", unit="fathoms", digits=1)]


@cache
def _registry() -> Any:
    from pint import UnitRegistry

    registry = UnitRegistry(cache_folder=None)
    registry.define("statute_acre = 4840 * yard ** 2")
    registry.define("sea_fathom = 6 * foot")
    return registry


def _convert(amount: float, unit: str, target: str) -> float:
    if unit == target:
        raise bad_arguments(f"{unit} need no conversion; name two different units")
    found: float = _registry().Quantity(amount, UNITS.get(unit, unit)).to(UNITS.get(target, target)).magnitude
    return float(f"{found:.12g}")


@conversion(about="{kelvin}", examples=({"kelvin": 1811.0},))
def kelvin_conversion(kelvin: Kelvin) -> FromKelvin:
    """A temperature in kelvin as degrees Celsius and Fahrenheit."""
    return {
        "celsius": round(_convert(kelvin, "kelvin", "degC"), 6),
        "fahrenheit": round(_convert(kelvin, "kelvin", "degF"), 6),
    }


@conversion(about="{celsius}", examples=({"celsius": 37},))
def celsius_conversion(celsius: Celsius) -> FromCelsius:
    """A temperature in degrees Celsius as kelvin and degrees Fahrenheit."""
    return {
        "kelvin": round(_convert(celsius, "degC", "kelvin"), 6),
        "fahrenheit": round(_convert(celsius, "degC", "degF"), 6),
    }


@conversion(about="{distance}", examples=({"distance": 5570.2},))
def kilometre_conversion(
    distance: Annotated[
        float,
        Semantic("phys.km"),
        Says("distance", unit="km"),
        Among((5, 10, 42.195, 100, 384_400)),
        Field(description="Distance in km", ge=0, le=1e12),
    ],
) -> FromKm:
    """A distance in kilometres as statute miles, nautical miles and light travel time."""
    return {
        "miles": _convert(distance, "kilometer", "mile"),
        "nautical_miles": _convert(distance, "kilometer", "nautical_mile"),
        "light_milliseconds": _convert(distance / 299_792.458, "second", "millisecond"),
    }


@conversion(about="{height}", examples=({"height": 4061.5},))
def metre_conversion(
    height: Annotated[
        float,
        Semantic("phys.metre"),
        Says("height", unit="m"),
        Among((12, 150, 830, 2962, 4061.5, 8849)),
        Field(description="Length in metres", ge=-500, le=1e9),
    ],
) -> FromMetre:
    """A height or length in metres as feet and fathoms."""
    return {"feet": _convert(height, "meter", "foot"), "fathoms": _convert(height, "meter", "sea_fathom")}


@conversion(about="{amount} {unit}", examples=({"amount": 150, "unit": "pounds", "target": "kilograms"},))
def convert_mass(
    amount: Amount,
    unit: Annotated[MassUnit, Field(description="Unit of the amount")],
    target: Annotated[MassUnit, Field(description="Unit wanted")],
) -> Annotated[float, Says("mass of {amount} {unit} expressed in {target}", digits=3)]:
    """A mass converted between common units; pounds and ounces are avoirdupois."""
    return _convert(amount, unit, target)


@conversion(about="{amount} {unit}", examples=({"amount": 12, "unit": "US gallons", "target": "litres"},))
def convert_volume(
    amount: Amount,
    unit: Annotated[VolumeUnit, Field(description="Unit of the amount")],
    target: Annotated[VolumeUnit, Field(description="Unit wanted")],
) -> Annotated[float, Says("volume of {amount} {unit} expressed in {target}", digits=3)]:
    """A volume converted between common units; an oil barrel has 42 US gallons."""
    return _convert(amount, unit, target)


@conversion(about="{amount} {unit}", examples=({"amount": 45, "unit": "knots", "target": "kilometres per hour"},))
def convert_speed(
    amount: Amount,
    unit: Annotated[SpeedUnit, Field(description="Unit of the amount")],
    target: Annotated[SpeedUnit, Field(description="Unit wanted")],
) -> Annotated[float, Says("speed of {amount} {unit} expressed in {target}", digits=2)]:
    """A speed converted between common units."""
    return _convert(amount, unit, target)


@conversion(about="{amount} {unit}", examples=({"amount": 750, "unit": "kilocalories", "target": "kilowatt-hours"},))
def convert_energy(
    amount: Amount,
    unit: Annotated[EnergyUnit, Field(description="Unit of the amount")],
    target: Annotated[EnergyUnit, Field(description="Unit wanted")],
) -> Annotated[float, Says("energy of {amount} {unit} expressed in {target}")]:
    """An energy converted between common units; thermochemical calories and international BTU."""
    return _convert(amount, unit, target)


@conversion(about="{amount} {unit}", examples=({"amount": 60, "unit": "acres", "target": "hectares"},))
def convert_area(
    amount: Amount,
    unit: Annotated[AreaUnit, Field(description="Unit of the amount")],
    target: Annotated[AreaUnit, Field(description="Unit wanted")],
) -> Annotated[float, Says("area of {amount} {unit} expressed in {target}", digits=3)]:
    """An area converted between common units."""
    return _convert(amount, unit, target)
