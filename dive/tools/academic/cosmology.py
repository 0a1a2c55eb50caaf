"""Cosmological distances and times for a redshift, and the parameter sets behind them, by astropy.cosmology.

Only parameter sets that astropy carries are offered; nothing is downloaded. Peculiar velocities are neglected.
"""

from functools import cache
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "astropy.cosmology (Hogg 1999, arXiv:astro-ph/9905116); Planck 2018 results VI, doi:10.1051/0004-6361/201833910"
SETS = {
    "Planck 2018": "Planck18",
    "Planck 2015": "Planck15",
    "Planck 2013": "Planck13",
    "WMAP nine-year": "WMAP9",
    "WMAP seven-year": "WMAP7",
}

Model = Annotated[
    Literal["Planck 2018", "Planck 2015", "Planck 2013", "WMAP nine-year", "WMAP seven-year"],
    Says("cosmology"), Field(description="Name of the set of cosmological parameters"),
]  # fmt: skip
Redshift = Annotated[
    float, Semantic("aca.redshift"), Among((0.01, 0.1, 0.158, 0.5, 1.0, 2.0, 3.0, 6.0, 7.54, 11.1)), Says("redshift"),
    Field(description="Cosmological redshift", gt=0.0001, le=1100),
]  # fmt: skip


class Distances(TypedDict):
    luminosity: Annotated[float, Semantic("aca.megaparsec"), Says("luminosity distance", unit="Mpc", digits=1)]
    angular: Annotated[float, Says("angular diameter distance", unit="Mpc", digits=1)]
    comoving: Annotated[float, Semantic("aca.megaparsec"), Says("comoving distance", unit="Mpc", digits=1)]
    modulus: Annotated[float, Semantic("aca.distance_modulus"), Says("distance modulus", digits=2)]
    scale: Annotated[float, Says("proper length per arcsecond", unit="kpc", digits=3)]


class Times(TypedDict):
    lookback: Annotated[float, Says("lookback time", unit="billion years", digits=3)]
    age: Annotated[
        float,
        Says(
            "age of the universe when light now seen at redshift {redshift} was emitted, in the {cosmology} cosmology,",
            unit="billion years",
            digits=3,
        ),
    ]
    hubble: Annotated[
        float,
        Says(
            "Hubble parameter when light now seen at redshift {redshift} was emitted, in the {cosmology} cosmology,",
            unit="km/s/Mpc",
            digits=2,
        ),
    ]
    background: Annotated[
        float,
        Semantic("phys.kelvin"),
        Says(
            "temperature of the microwave background when light now seen at redshift {redshift} was "
            "emitted, in the {cosmology} cosmology,",
            unit="K",
            digits=2,
        ),
    ]


class Parameters(TypedDict):
    hubble: Annotated[float, Says("Hubble constant", unit="km/s/Mpc", digits=2)]
    matter: Annotated[float, Says("matter density parameter", digits=4)]
    baryons: Annotated[float, Says("baryon density parameter", digits=4)]
    age: Annotated[float, Says("present age of the universe in the {cosmology} cosmology", unit="billion years", digits=3)]
    critical: Annotated[float, Says("present critical density in the {cosmology} cosmology", unit="g/cm³")]


@cache
def _model(name: str) -> Any:
    from astropy import cosmology

    return getattr(cosmology, SETS[name])


@tool(
    domain="academic", kind="processing", provider="astropy", source=SOURCE, requires=("astropy", "scipy"),
    about="an object at redshift {redshift}", given="in the {cosmology} cosmology",
    examples=({"redshift": 1.0, "cosmology": "Planck 2018"},),
)  # fmt: skip
def redshift_distances(redshift: Redshift, cosmology: Model) -> Distances:
    """Luminosity, angular diameter and comoving distance of an object by its redshift."""
    model = _model(cosmology)
    return {
        "luminosity": float(model.luminosity_distance(redshift).value),
        "angular": float(model.angular_diameter_distance(redshift).value),
        "comoving": float(model.comoving_distance(redshift).value), "modulus": float(model.distmod(redshift).value),
        "scale": float(model.kpc_proper_per_arcmin(redshift).value) / 60,
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="astropy", source=SOURCE, requires=("astropy", "scipy"),
    about="light received at redshift {redshift}", given="in the {cosmology} cosmology",
    examples=({"redshift": 2.0, "cosmology": "Planck 2018"},),
)  # fmt: skip
def redshift_times(redshift: Redshift, cosmology: Model) -> Times:
    """Lookback time, age of the universe and Hubble parameter at the emission of light by its redshift."""
    model = _model(cosmology)
    return {
        "lookback": float(model.lookback_time(redshift).value), "age": float(model.age(redshift).value),
        "hubble": float(model.H(redshift).value), "background": float(model.Tcmb(redshift).value),
    }  # fmt: skip


@tool(
    domain="academic", kind="processing", provider="astropy", source=SOURCE, requires=("astropy", "scipy"),
    about="an object at a comoving distance of {distance}", given="in the {cosmology} cosmology",
    examples=({"distance": 3400.0, "cosmology": "Planck 2018"},),
)  # fmt: skip
def comoving_distance_redshift(
    distance: Annotated[
        float, Semantic("aca.megaparsec"), Among((100.0, 500.0, 1000.0, 3400.0, 8000.0)), Says("distance", unit="Mpc"),
        Field(description="Comoving distance in Mpc", ge=1, le=9500),
    ],
    cosmology: Model,
) -> Annotated[float, Semantic("aca.redshift"), Says("redshift", digits=4)]:  # fmt: skip
    """The redshift of an object by its comoving distance, found numerically (Brent's method)."""
    from astropy.cosmology import z_at_value
    from astropy.units import Quantity

    model = _model(cosmology)
    return round(float(z_at_value(model.comoving_distance, Quantity(distance, "Mpc"), zmin=1e-6, zmax=20)), 8)


@tool(
    domain="academic", kind="processing", provider="astropy", source=SOURCE, requires=("astropy", "scipy"),
    about="a galaxy {size} across at redshift {redshift}", given="in the {cosmology} cosmology",
    examples=({"size": 30.0, "redshift": 1.0, "cosmology": "Planck 2018"},),
)  # fmt: skip
def galaxy_angular_size(
    size: Annotated[
        float, Among((1.0, 5.0, 10.0, 30.0, 100.0)), Says("size", unit="kpc"),
        Field(description="Proper diameter in kpc", gt=0, le=10000),
    ],
    redshift: Redshift,
    cosmology: Model,
) -> Annotated[float, Says("angular size", unit="arcsec", digits=3)]:  # fmt: skip
    """The angle that a galaxy of given diameter subtends at a redshift."""
    return size / (float(_model(cosmology).kpc_proper_per_arcmin(redshift).value) / 60)


@tool(
    domain="academic", kind="processing", provider="astropy", source=SOURCE, requires=("astropy", "scipy"),
    examples=({"near": 0.5, "far": 2.0, "cosmology": "Planck 2018"},),
)  # fmt: skip
def redshift_interval(
    near: Redshift, far: Redshift, cosmology: Model
) -> Annotated[
    float,
    Says(
        "cosmic time that passed between redshift {far} and redshift {near} in the {cosmology} cosmology",
        unit="billion years",
        digits=3,
    ),
]:
    """The cosmic time between two redshifts; the second must be the larger."""
    if far <= near:
        raise bad_arguments(f"redshift {far} is not larger than {near}; give the nearer one first")
    model = _model(cosmology)
    return float((model.age(near) - model.age(far)).value)


@tool(
    domain="academic", kind="retrieval", provider="astropy", source=SOURCE, requires=("astropy", "scipy"),
    about="the {cosmology} cosmology", examples=({"cosmology": "Planck 2018"},),
)  # fmt: skip
def cosmology_parameters(cosmology: Model) -> Parameters:
    """Hubble constant, density parameters and age of the universe of a published set of cosmological parameters."""
    model = _model(cosmology)
    return {
        "hubble": float(model.H0.value), "matter": float(model.Om0), "baryons": float(model.Ob0),
        "age": float(model.age(0).value), "critical": float(model.critical_density0.value),
    }  # fmt: skip
