"""The standard atmosphere and ideal gases: own formulas that tie places, temperatures and molar masses together."""

from math import exp
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "ICAO Doc 7488 / ISO 2533:1975 standard atmosphere; ideal gas law with CODATA 2018 R = 8.314462618 J/(mol K)"
GAS_CONSTANT = 8.314462618
SEA_LEVEL_HPA, SEA_LEVEL_K, LAPSE, TROPOPAUSE = 1013.25, 288.15, 0.0065, 11_000.0
GRAVITY, AIR_GAS_CONSTANT, EARTH_RADIUS = 9.80665, 287.05287, 6_356_766.0
"""Values of ISO 2533: m/s², J/(kg K), and the nominal radius in m that turns geometric into geopotential height."""

Kelvin = Annotated[
    float,
    Semantic("phys.kelvin"),
    Says("temperature", unit="K"),
    Among((253.15, 273.15, 293.15, 298.15, 310.15, 373.15)),
    Field(description="Temperature in kelvin", gt=0, le=10_000),
]
Pressure = Annotated[
    float,
    Semantic("phys.hectopascal"),
    Says("pressure", unit="hPa"),
    Among((500, 700, 850, 950, 1000, 1013.25)),
    Field(description="Pressure in hPa", gt=0, le=100_000),
]


class Air(TypedDict):
    pressure: Annotated[
        float,
        Semantic("phys.hectopascal"),
        Says("air pressure in the ISO 2533 standard atmosphere at a height of {height}", unit="hPa", digits=1),
    ]
    temperature: Annotated[
        float,
        Semantic("phys.kelvin"),
        Says("air temperature in the ISO 2533 standard atmosphere at a height of {height}", unit="K", digits=2),
    ]
    density: Annotated[
        float, Says("air density in the ISO 2533 standard atmosphere at a height of {height}", unit="kg/m³", digits=4)
    ]
    oxygen: Annotated[
        float,
        Says(
            "partial pressure of oxygen in dry air (20.95% by volume) in the ISO 2533 standard "
            "atmosphere at a height of {height}",
            unit="hPa",
            digits=1,
        ),
    ]


@tool(
    domain="general",
    kind="processing",
    provider="own",
    source=SOURCE,
    about="the standard atmosphere",
    given="at a height of {height}",
    examples=({"height": 4061.5}, {"height": 11000}),
)
def standard_atmosphere(
    height: Annotated[
        float,
        Semantic("phys.metre"),
        Says("height", unit="m"),
        Among((0, 500, 1609, 2400, 3500, 5364, 8849)),
        Field(description="Height above mean sea level in m", ge=-500, le=20_000),
    ],
) -> Air:
    """Pressure, temperature, density and oxygen partial pressure of the standard atmosphere at a height up to 20 km.

    ISO 2533:1975 with geopotential height; oxygen at 20.95% by volume.
    """
    geopotential = EARTH_RADIUS * height / (EARTH_RADIUS + height)
    low = min(geopotential, TROPOPAUSE)
    temperature = SEA_LEVEL_K - LAPSE * low
    pressure = SEA_LEVEL_HPA * (temperature / SEA_LEVEL_K) ** (GRAVITY / (AIR_GAS_CONSTANT * LAPSE))
    pressure *= exp(-GRAVITY * (geopotential - low) / (AIR_GAS_CONSTANT * temperature))
    return {
        "pressure": round(pressure, 4),
        "temperature": round(temperature, 4),
        "density": round(pressure * 100 / (AIR_GAS_CONSTANT * temperature), 6),
        "oxygen": round(pressure * 0.2095, 4),
    }


@tool(
    domain="general",
    kind="processing",
    provider="own",
    source=SOURCE,
    about="an ideal gas",
    examples=({"molar_mass": 28.97, "temperature": 288.15, "pressure": 1013.25},),
)
def gas_density(
    molar_mass: Annotated[
        float,
        Semantic("chem.molar_mass"),
        Says("molar mass", unit="g/mol"),
        Among((4.003, 16.04, 28.97, 44.01, 146.06)),
        Field(description="Molar mass in g/mol", gt=0, le=400),
    ],
    temperature: Kelvin,
    pressure: Pressure,
) -> Annotated[
    float,
    Says("density of an ideal gas with molar mass {molar_mass} at {temperature} and {pressure}", unit="kg/m³", digits=4),
]:
    """Density of an ideal gas from its molar mass, temperature and pressure: M p / (R T)."""
    return round(molar_mass / 1000 * pressure * 100 / (GAS_CONSTANT * temperature), 8)
