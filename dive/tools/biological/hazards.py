"""Safety and environmental data of compounds, and the composition of mixtures: further tables of `chemicals`."""

import re
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import not_found
from dive.tools.biological.compounds import measured, scaled, search
from dive.tools.biological.inputs import Cas
from dive.tools.tool import Says, Semantic, tool

SOURCE = "chemicals.safety and chemicals.environment; https://chemicals.readthedocs.io/chemicals.safety.html"
FIRE_SOURCES = ("IEC 60079-20-1 (2010)", "NFPA 497 (2008)", "Serat DIPPR (2017)")


class FireSafety(TypedDict):
    flash_point: Annotated[float | None, Semantic("phys.kelvin"), Says("flash point", unit="K", digits=1)]
    autoignition: Annotated[float | None, Semantic("phys.kelvin"), Says("autoignition temperature", unit="K", digits=1)]
    lower_limit: Annotated[float | None, Says("lower flammability limit in air", unit="% by volume", digits=1)]
    upper_limit: Annotated[float | None, Says("upper flammability limit in air", unit="% by volume", digits=1)]


class ExposureLimits(TypedDict):
    eight_hour_ppm: Annotated[float | None, Says("Ontario 8-hour average exposure limit", unit="ppm")]
    eight_hour_mg: Annotated[float | None, Says("Ontario 8-hour average exposure limit", unit="mg/m³")]
    short_term_ppm: Annotated[float | None, Says("Ontario short-term exposure limit", unit="ppm")]
    short_term_mg: Annotated[float | None, Says("Ontario short-term exposure limit", unit="mg/m³")]
    ceiling_ppm: Annotated[float | None, Says("Ontario ceiling exposure limit", unit="ppm")]
    skin: Annotated[bool | None, Says("marked as absorbed through the skin")]


class Carcinogenicity(TypedDict):
    iarc_group: Annotated[str | None, Says("IARC carcinogenicity group")]
    iarc_year: Annotated[
        int | None,
        Says("publication year of the latest IARC Monographs volume that evaluates {cas}", high="latest", low="earliest"),
    ]
    ntp_listing: Annotated[str | None, Says("listing in the US Report on Carcinogens (13th edition)")]


class ClimateImpact(TypedDict):
    gwp20: Annotated[float | None, Says("20-year global warming potential (IPCC 2021)", digits=0)]
    gwp100: Annotated[float | None, Says("100-year global warming potential (IPCC 2021)", digits=0)]
    gwp500: Annotated[float | None, Says("500-year global warming potential (IPCC 2021)", digits=0)]
    ozone: Annotated[float | None, Says("ozone depletion potential (WMO 2011, highest value)", digits=3)]


class Component(TypedDict):
    name: Annotated[str, Semantic("chem.name"), Says("name", names=True)]
    cas: Annotated[str, Semantic("chem.cas"), Says("CAS number", ask=False)]
    mass_percent: Annotated[float, Says("mass fraction", unit="%", digits=1)]
    mole_percent: Annotated[float, Says("mole fraction", unit="%", digits=1)]


class Composition(TypedDict):
    components: Annotated[list[Component], Says("component of {mixture}", plural="components of {mixture}")]


def _fire(constant: str, cas: str) -> float | None:
    import chemicals

    sources = getattr(chemicals, f"{constant}_methods")(CASRN=cas)
    source = next((s for s in FIRE_SOURCES if s in sources), None)
    value = getattr(chemicals, constant)(CASRN=cas, method=source) if source else None
    return None if value is None else float(value)


@tool(
    domain="biological", kind="retrieval", provider="chemicals",
    source="IEC 60079-20-1, NFPA 497 and DIPPR tables in chemicals.safety",
    about="{cas}", requires=("chemicals",), examples=({"cas": "67-64-1"}, {"cas": "108-88-3"}),
)  # fmt: skip
def compound_fire_safety(cas: Cas) -> FireSafety:
    """The flash point, autoignition temperature and flammability limits of a compound.

    A flash point above the normal boiling point belongs to a solution (formaldehyde) and is left out.
    """
    flash, ignition, lower, upper = (_fire(name, cas) for name in ("T_flash", "T_autoignition", "LFL", "UFL"))
    boiling = measured("Tb", cas)
    if flash is not None and boiling is not None and flash > boiling:
        flash = None
    if flash is None and ignition is None and lower is None:
        raise not_found("fire safety data", cas)
    return {
        "flash_point": flash, "autoignition": ignition, "lower_limit": scaled(lower, 100), "upper_limit": scaled(upper, 100),
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="chemicals",
    source="Ontario occupational exposure limits in chemicals.safety",
    about="{cas}", requires=("chemicals",), examples=({"cas": "71-43-2"}, {"cas": "50-00-0"}),
)  # fmt: skip
def exposure_limits(cas: Cas) -> ExposureLimits:
    """The occupational exposure limits of a compound in Ontario: 8-hour average, short-term and ceiling."""
    import chemicals

    def limit(found: Any, unit: str) -> float | None:
        return float(f"{found[0]:.6g}") if found and found[1] == unit else None

    average, short, ceiling = chemicals.TWA(cas), chemicals.STEL(cas), chemicals.Ceiling(cas)
    if not (average or short or ceiling):
        raise not_found("exposure limit", cas)
    skin = chemicals.Skin(cas)
    return {
        "eight_hour_ppm": limit(average, "ppm"), "eight_hour_mg": limit(average, "mg/m^3"),
        "short_term_ppm": limit(short, "ppm"), "short_term_mg": limit(short, "mg/m^3"),
        "ceiling_ppm": limit(ceiling, "ppm"), "skin": None if skin is None else bool(skin),
    }  # fmt: skip


@tool(
    domain="biological", kind="retrieval", provider="chemicals",
    source="IARC monographs and NTP 13th Report on Carcinogens in chemicals",
    about="{cas}", requires=("chemicals",), examples=({"cas": "71-43-2"}, {"cas": "50-00-0"}),
)  # fmt: skip
def carcinogenicity(cas: Cas) -> Carcinogenicity:
    """How IARC and the US National Toxicology Program classify a compound as a carcinogen, and the year of the latest IARC
    volume on it."""
    import chemicals
    from chemicals import safety

    found = chemicals.Carcinogen(cas)
    iarc = next(value for key, value in found.items() if "Agency" in key)
    ntp = next(value for key, value in found.items() if "Toxicology" in key)
    group = re.search(r"\((\w+)\)$", iarc)
    if group is None and ntp == "Unlisted":
        raise not_found("carcinogenicity classification", cas)
    listing = {"Known": "known human carcinogen", "Reasonably Anticipated": "reasonably anticipated to be a human carcinogen"}
    table = vars(safety)["IARC_data"]  # loaded by the call above
    year = re.match(r"\d{4}", str(table.at[cas, "year"])) if group else None  # "2018 online", "In prep." or lacking
    return {
        "iarc_group": f"group {group[1]}" if group else None,
        "iarc_year": int(year[0]) if year else None,
        "ntp_listing": listing.get(ntp),
    }


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source="IPCC AR6 and WMO 2011 tables in chemicals.environment",
    about="{cas}", requires=("chemicals",), examples=({"cas": "75-69-4"}, {"cas": "74-82-8"}),
)  # fmt: skip
def climate_impact(cas: Cas) -> ClimateImpact:
    """The global warming potentials (20, 100 and 500 years) and the ozone depletion potential of a gas."""
    import chemicals

    known = chemicals.GWP_methods(cas)
    gwp = {
        years: chemicals.GWP(cas, method=source) if (source := f"IPCC (2021) {years}yr") in known else None
        for years in (20, 100, 500)
    }  # fmt: skip
    ozone = chemicals.ODP(cas, method="ODP2 Max") if "ODP2 Max" in chemicals.ODP_methods(cas) else None
    if ozone is None and all(value is None for value in gwp.values()):
        raise not_found("climate data", cas)
    return {"gwp20": gwp[20], "gwp100": gwp[100], "gwp500": gwp[500], "ozone": None if ozone is None else float(ozone)}


@tool(
    domain="biological", kind="retrieval", provider="chemicals", source="REFPROP mixture definitions in chemicals.identifiers",
    about="{mixture}", requires=("chemicals",), examples=({"mixture": "R410A"}, {"mixture": "air"}),
)  # fmt: skip
def mixture_components(
    mixture: Annotated[
        str, Semantic("chem.mixture"),
        Field(description="Refrigerant blend or gas mixture, such as R410A", min_length=2, max_length=40)
    ],
) -> Composition:  # fmt: skip
    """The components of a refrigerant blend or natural gas mixture, by falling mass fraction."""
    from chemicals.identifiers import mixture_from_any

    try:
        found = mixture_from_any(mixture)
    except (ValueError, TypeError):
        raise not_found("mixture", mixture) from None
    parts = sorted(zip(found.CASs, found.ws, found.zs, strict=True), key=lambda part: (-part[1], part[0]))
    components: list[Component] = [
        {
            "name": search(cas).common_name, "cas": cas,
            "mass_percent": float(f"{100 * mass:.8g}"), "mole_percent": float(f"{100 * mole:.8g}"),
        }
        for cas, mass, mole in parts
    ]  # fmt: skip
    return {"components": components}
