"""A user's file: tools, a type of their own and seeds, with what lies beside it."""

import functools
from typing import Annotated

from typing_extensions import TypedDict

from dive import Says, Seed, Semantic, semantic_type, tool
from dive.tools.general.countries import country_by_name

semantic_type("cellar.wine", noun="wine")
WINES = {
    "Amarone": ("Italy", 15.0), "Assyrtiko": ("Greece", 13.0), "Chablis": ("France", 12.5), "Rioja": ("Spain", 13.5),
    "Madeira": ("Portugal", 19.0), "Tokaji": ("Hungary", 11.0), "Carmenere": ("Chile", 14.0), "Saperavi": ("Georgia", 12.0),
}  # fmt: skip


class Wine(TypedDict):
    country: Annotated[str, Semantic("geo.country_name"), Says("country of origin")]
    alcohol: Annotated[float, Says("alcohol content", unit="% by volume", digits=1)]


@functools.cache
def entry(wine: str) -> tuple[str, float]:
    return WINES[wine]


@tool(domain="cellar", kind="retrieval", about="{wine}", source="our cellar book", examples=({"wine": "Rioja"},))
def wine_label(wine: Annotated[str, Semantic("cellar.wine")]) -> Wine:
    """Country of origin and alcohol content of a wine in the cellar."""
    country, alcohol = entry(wine)
    return {"country": country, "alcohol": alcohol}


@tool(domain="cellar", kind="retrieval", about="{wine}", source="our cellar book", examples=({"wine": "Rioja"},))
def wine_country_code(wine: Annotated[str, Semantic("cellar.wine")]) -> Annotated[str, Says("country code")]:
    """Two-letter code of the country of a wine in the cellar."""
    import shelf  # a module beside this file

    return f"{country_by_name.function(entry(wine)[0])['code']}-{shelf.number(wine)}"


seeds = (Seed(domain="cellar", semantic="cellar.wine", value=wine, source="our cellar book") for wine in WINES)
