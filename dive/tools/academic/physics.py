"""Short formulas of physics and astronomy over CODATA 2022 and IAU nominal values.

Each formula names its source; relativistic and classical forms are not mixed, and no formula extrapolates beyond its
bounds.
"""

from math import log, log10, pi, sqrt
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.tools.tool import Among, Says, Semantic, tool

CARROLL = "Carroll & Ostlie, An Introduction to Modern Astrophysics, 2nd ed. (2007)"

Wavelength = Annotated[
    float, Semantic("aca.wavelength"), Among((121.6, 253.7, 486.1, 532.0, 589.3, 656.3, 1064.0, 10600.0)),
    Says("wavelength", unit="nm"), Field(description="Vacuum wavelength in nm", gt=0.001, le=1e12),
]  # fmt: skip
Kelvin = Annotated[
    float, Semantic("phys.kelvin"), Among((2.725, 300.0, 2700.0, 5772.0, 9940.0, 30000.0)),
    Says("temperature", unit="K"), Field(description="Temperature in K", gt=0, le=1e12),
]  # fmt: skip
SolarMass = Annotated[
    float, Semantic("aca.solar_mass"), Among((1.0, 1.4, 8.0, 10.0, 30.0, 4.3e6, 6.5e9)),
    Says("mass", unit="solar masses"), Field(description="Mass in solar masses", gt=0, le=1e15),
]  # fmt: skip
Magnitude = Annotated[
    float, Among((-1.44, 0.03, 1.25, 4.83, 8.5, 12.0, 18.2)),
    Says("apparent magnitude"), Field(description="Apparent magnitude", ge=-30, le=40),
]  # fmt: skip
Parsecs = Annotated[
    float, Semantic("aca.parsec"), Among((1.3, 2.64, 7.68, 10.0, 136.2, 412.0, 778000.0)),
    Says("distance", unit="pc"), Field(description="Distance in parsecs", ge=1e-6, le=1e11),
]  # fmt: skip


class Photon(TypedDict):
    energy: Annotated[float, Semantic("aca.photon_energy"), Says("energy", unit="eV", digits=4)]
    frequency: Annotated[float, Says("frequency", unit="THz", digits=3)]
    wavenumber: Annotated[float, Says("wavenumber", unit="cm⁻¹", digits=2)]
    per_mole: Annotated[float, Says("energy per mole of photons of vacuum wavelength {wavelength}", unit="kJ/mol", digits=2)]


class Thermal(TypedDict):
    peak: Annotated[
        float,
        Semantic("aca.wavelength"),
        Says("wavelength at which the spectral radiance of a black body at {temperature} peaks", unit="nm", digits=1),
    ]
    flux: Annotated[float, Says("radiated power per unit area", unit="W/m²", digits=3)]
    mean_energy: Annotated[float, Says("thermal energy kT", unit="eV", digits=5)]


class BlackHole(TypedDict):
    radius: Annotated[float, Says("Schwarzschild radius", unit="km", digits=3)]
    temperature: Annotated[float, Says("Hawking temperature", unit="K")]
    isco_period: Annotated[float, Says("period of the innermost stable circular orbit, seen from afar,", unit="s", digits=5)]


class Brightness(TypedDict):
    modulus: Annotated[float, Semantic("aca.distance_modulus"), Says("distance modulus", digits=3)]
    absolute: Annotated[float, Says("absolute magnitude", digits=2)]
    luminosity: Annotated[
        float,
        Says(
            "visual luminosity, the Sun's absolute magnitude taken as 4.83,",
            unit="solar luminosities",
            digits=2,
        ),
    ]


class FromParallax(TypedDict):
    parsecs: Annotated[float, Semantic("aca.parsec"), Says("distance", unit="pc", digits=3)]
    light_years: Annotated[float, Says("light travel time", unit="years", digits=3)]


class Orbit(TypedDict):
    period: Annotated[float, Says("orbital period", unit="years", digits=3)]
    speed: Annotated[float, Says("mean orbital speed on a circular orbit", unit="km/s", digits=2)]


class Moving(TypedDict):
    lorentz: Annotated[float, Says("Lorentz factor", digits=4)]
    rapidity: Annotated[float, Says("rapidity", digits=4)]
    doppler: Annotated[float, Semantic("aca.redshift"), Says("Doppler redshift in straight recession", digits=4)]


class DeBroglie(TypedDict):
    wavelength: Annotated[float, Semantic("aca.wavelength"), Says("de Broglie wavelength", unit="nm", digits=5)]
    speed: Annotated[float, Says("speed as a fraction of the speed of light", digits=5)]


@tool(
    domain="academic", kind="processing", provider="scipy", about="a photon of vacuum wavelength {wavelength}",
    source="E = hc/λ with CODATA 2022 constants; NIST SP 330 (2019)", requires=("scipy",),
    examples=({"wavelength": 589.3},),
)  # fmt: skip
def photon_properties(wavelength: Wavelength) -> Photon:
    """Energy, frequency and wavenumber of a photon by its vacuum wavelength.

    E = h c / λ, ν = c / λ, wavenumber 1 / λ; constants exact since the SI of 2019.
    """
    from scipy.constants import Avogadro, c, e, h

    metres = wavelength * 1e-9
    return {
        "energy": h * c / metres / e, "frequency": c / metres / 1e12, "wavenumber": 0.01 / metres,
        "per_mole": h * c / metres * Avogadro / 1000,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="scipy", about="a photon of energy {energy}",
    source="λ = hc/E with CODATA 2022 constants; NIST SP 330 (2019)", requires=("scipy",), examples=({"energy": 13.6},),
)  # fmt: skip
def photon_wavelength(
    energy: Annotated[
        float, Semantic("aca.photon_energy"), Among((1.9, 2.33, 10.2, 13.6, 511000.0)), Says("energy", unit="eV"),
        Field(description="Photon energy in eV", gt=1e-9, le=1e15),
    ],
) -> Annotated[float, Semantic("aca.wavelength"), Says("vacuum wavelength", unit="nm", digits=3)]:  # fmt: skip
    """The vacuum wavelength of a photon by its energy, λ = h c / E."""
    from scipy.constants import c, e, h

    return float(h * c / (energy * e) * 1e9)


@tool(
    domain="academic", kind="processing", provider="scipy", about="a black body at {temperature}", requires=("scipy",),
    source=f"Wien's and Stefan-Boltzmann laws, CODATA 2022; {CARROLL}, ch. 3", examples=({"temperature": 5772},),
)  # fmt: skip
def black_body(temperature: Kelvin) -> Thermal:
    """Peak wavelength (Wien), radiated power (Stefan-Boltzmann) and kT of a black body."""
    from scipy.constants import Boltzmann, Stefan_Boltzmann, Wien, e

    return {
        "peak": Wien / temperature * 1e9, "flux": Stefan_Boltzmann * temperature**4,
        "mean_energy": Boltzmann * temperature / e,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="astropy", about="a non-rotating black hole of {mass}",
    requires=("astropy", "scipy"),
    source=f"r = 2GM/c², T = ħc³/(8πGMk), r_isco = 6GM/c²; {CARROLL}, ch. 17; IAU 2015 Resolution B3",
    examples=({"mass": 10},),
)  # fmt: skip
def black_hole(mass: SolarMass) -> BlackHole:
    """Schwarzschild radius, Hawking temperature and innermost orbital period of a non-rotating black hole.

    The period is 2π (6 GM/c²)^1.5 / sqrt(GM), in coordinate time.
    """
    from astropy.constants import GM_sun
    from scipy.constants import Boltzmann, c, hbar

    gm = mass * float(GM_sun.value)
    return {
        "radius": 2 * gm / c**2 / 1000, "temperature": hbar * c**3 / (8 * pi * gm * Boltzmann),
        "isco_period": 2 * pi * (6 * gm / c**2) ** 1.5 / sqrt(gm),
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="own",
    about="a star of apparent magnitude {magnitude} at {distance}",
    source=f"m - M = 5 log10(d / 10 pc); {CARROLL}, ch. 3; Sun's M_V = 4.83 (NASA Sun Fact Sheet)",
    examples=({"magnitude": -1.44, "distance": 2.64},),
)  # fmt: skip
def star_brightness(magnitude: Magnitude, distance: Parsecs) -> Brightness:
    """Distance modulus, absolute magnitude and visual luminosity of a star, extinction neglected.

    L/L_sun = 10^((4.83 - M)/2.5) in the V band.
    """
    modulus = 5 * log10(distance / 10)
    absolute = magnitude - modulus
    return {"modulus": modulus, "absolute": absolute, "luminosity": 10 ** ((4.83 - absolute) / 2.5)}


@tool(
    domain="academic", kind="processing", provider="astropy", about="a star of parallax {parallax}",
    requires=("astropy",),
    source=f"d = 1/p; IAU 2015 Resolution B2; {CARROLL}, ch. 3", examples=({"parallax": 379.21},),
)  # fmt: skip
def parallax_distance(
    parallax: Annotated[
        float, Among((768.07, 379.21, 130.23, 37.59, 7.56, 2.31)), Says("parallax", unit="mas"),
        Field(description="Trigonometric parallax in milliarcseconds", gt=0.001, le=2000),
    ],
) -> FromParallax:  # fmt: skip
    """The distance of a star by its trigonometric parallax, d [pc] = 1000 / p [mas]."""
    from astropy.units import Quantity

    parsecs = 1000 / parallax
    return {"parsecs": parsecs, "light_years": float(Quantity(parsecs, "pc").to_value("lyr"))}


@tool(
    domain="academic", kind="processing", provider="astropy",
    about="a small body that circles a star of {mass} with semi-major axis {axis}",
    source=f"Kepler's third law; {CARROLL}, ch. 2; IAU 2015 Resolution B3", requires=("astropy",),
    examples=({"mass": 1, "axis": 5.2044},),
)  # fmt: skip
def kepler_orbit(
    mass: SolarMass,
    axis: Annotated[
        float, Among((0.387, 0.723, 1.0, 1.524, 5.204, 9.583, 30.07)), Says("semi-major axis", unit="au"),
        Field(description="Semi-major axis in astronomical units", gt=0.001, le=1e6),
    ],
) -> Orbit:  # fmt: skip
    """Orbital period and speed of a body of negligible mass around a star (Kepler's third law, Julian years)."""
    from astropy.constants import GM_sun, au

    gm, metres = mass * float(GM_sun.value), axis * float(au.value)
    return {"period": 2 * pi * sqrt(metres**3 / gm) / (365.25 * 86400), "speed": sqrt(gm / metres) / 1000}


@tool(
    domain="academic", kind="processing", provider="own", about="a source that moves at {beta}",
    source=f"γ = (1-β²)^-½, 1+z = ((1+β)/(1-β))^½; {CARROLL}, ch. 4", examples=({"beta": 0.6},),
)  # fmt: skip
def special_relativity(
    beta: Annotated[
        float, Among((0.1, 0.25, 0.5, 0.6, 0.8, 0.9, 0.95, 0.99)), Says("speed", unit="times the speed of light"),
        Field(description="Speed as a fraction of the speed of light", gt=0, lt=1),
    ],
) -> Moving:  # fmt: skip
    """Lorentz factor, rapidity and longitudinal Doppler redshift at a fraction of the speed of light."""
    doppler = sqrt((1 + beta) / (1 - beta))
    return {"lorentz": 1 / sqrt(1 - beta**2), "rapidity": log(doppler), "doppler": doppler - 1}


@tool(
    domain="academic", kind="processing", provider="scipy", about="an electron accelerated from rest through {voltage}",
    source="λ = h / sqrt(2 m e V (1 + eV / 2mc²)); Williams & Carter, Transmission Electron Microscopy, 2nd ed. "
        "(2009), eq. 1.6",
    requires=("scipy",), examples=({"voltage": 200},),
)  # fmt: skip
def electron_wavelength(
    voltage: Annotated[
        float, Among((20.0, 60.0, 80.0, 100.0, 120.0, 200.0, 300.0)), Says("accelerating voltage", unit="kV"),
        Field(description="Accelerating voltage in kV", gt=0.001, le=10000),
    ],
) -> DeBroglie:  # fmt: skip
    """De Broglie wavelength and speed of an electron in an electron microscope, relativistically."""
    from scipy.constants import c, e, h, m_e

    energy = voltage * 1000 * e
    momentum = sqrt(2 * m_e * energy * (1 + energy / (2 * m_e * c**2)))
    return {"wavelength": h / momentum * 1e9, "speed": momentum * c / (energy + m_e * c**2)}
