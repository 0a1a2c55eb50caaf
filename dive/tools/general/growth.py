"""Percentages, growth and shares: the arithmetic that ties amounts and populations together."""

from math import log
from typing import Annotated

from pydantic import Field

from dive.errors import bad_arguments
from dive.tools.tool import Among, Says, Semantic, tool

Start = Annotated[float, Among((48, 120, 250, 1_500, 64_000)), Field(description="First value", gt=0, le=1e18)]
End = Annotated[float, Among((60, 138, 410, 2_100, 97_500)), Field(description="Last value", gt=0, le=1e18)]
Years = Annotated[
    int, Says("period", unit="years"), Among((3, 5, 8, 10, 20, 25)), Field(description="Number of years", ge=1, le=500)
]
Rate = Annotated[
    float,
    Says("growth rate", unit="% a year"),
    Among((0.5, 0.9, 1.3, 2, 3.5, 7)),
    Field(description="Growth in percent a year", gt=0, le=100),
]
People = Annotated[
    int,
    Semantic("geo.population"),
    Says("population", unit="people"),
    Among((85_000, 640_000, 5_300_000, 47_000_000)),
    Field(description="Number of people", ge=1, le=10**11),
]


@tool(
    domain="general",
    kind="processing",
    source="100 · (end − start) / start",
    about="the change from {start} to {end}",
    examples=({"start": 120, "end": 138},),
)
def percentage_change(
    start: Start, end: End
) -> Annotated[float, Says("percentage change from {start} to {end}", unit="%", digits=2)]:
    """The change from one value to another in percent of the first."""
    return round(100 * (end - start) / start, 8)


@tool(
    domain="general",
    kind="processing",
    source="compound annual growth rate, (end/start)^(1/years) − 1",
    about="growth from {start} to {end} in {years}",
    examples=({"start": 1500, "end": 2100, "years": 5},),
)
def compound_growth(
    start: Start, end: End, years: Years
) -> Annotated[
    float, Says("compound annual growth rate of a value that goes from {start} to {end} in {years}", unit="%", digits=2)
]:
    """The constant yearly growth in percent that leads from one value to another."""
    return round(100 * ((end / start) ** (1 / years) - 1), 8)


@tool(domain="general", kind="processing", source="ln 2 / ln(1 + rate)", about="growth at {rate}", examples=({"rate": 2},))
def doubling_time(
    rate: Rate,
) -> Annotated[float, Says("doubling time at constant growth of {rate}", unit="years", digits=1)]:
    """How many years a quantity takes to double at a constant percentage growth a year."""
    return round(log(2) / log(1 + rate / 100), 8)


@tool(
    domain="general",
    kind="processing",
    source="geometric growth, P = P₀ (1 + rate)^years",
    about="a population of {population}",
    examples=({"population": 47_000_000, "rate": 0.9, "years": 10},),
)
def projected_population(
    population: People, rate: Rate, years: Years
) -> Annotated[
    int,
    Semantic("geo.population"),
    Says("size after {years} of a population of {population} that grows by {rate}", unit="people"),
]:
    """The size of a population after years of constant percentage growth, rounded to whole people."""
    found = population * (1 + rate / 100) ** years
    if found > 1e15:
        raise bad_arguments("the projection exceeds any thinkable population; take fewer years or a lower rate")
    return round(found)


@tool(
    domain="general",
    kind="processing",
    source="amount / number of people",
    about="{amount} shared by {population}",
    examples=({"amount": 2_500_000_000, "population": 5_300_000},),
)
def amount_per_person(
    amount: Annotated[
        float,
        Semantic("fin.amount"),
        Among((12_000_000, 450_000_000, 2_500_000_000)),
        Field(description="Amount to share, in any currency", ge=0, le=1e18),
    ],
    population: Annotated[
        int,
        Says("group", unit="people"),
        Among((24, 350, 8_200)),
        Field(description="Number of people that share", ge=1, le=10**11),
    ],
) -> Annotated[float, Semantic("fin.amount"), Says("amount per person when {amount} is shared by {population}", digits=2)]:
    """An amount divided by a number of people."""
    return round(amount / population, 6)


@tool(
    domain="general",
    kind="processing",
    source="100 · part / whole",
    about="{part} of {whole}",
    examples=({"part": 640_000, "whole": 5_300_000},),
)
def population_share(
    part: People, whole: People
) -> Annotated[float, Says("share that {part} are of {whole}", unit="%", digits=1)]:
    """One population in percent of another that is at least as large."""
    if part > whole:
        raise bad_arguments("the part is larger than the whole; exchange them")
    return round(100 * part / whole, 8)
