"""Yearly series that statistics textbooks use: sunspots, Nile flow, El Niño temperatures, CO2 and US accounts, from
statsmodels.

Sub-yearly data are reduced to the plain mean of the months or weeks present in a year; years without complete months
are left out.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "statsmodels data sets sunspots, nile, elnino, co2, longley and macrodata (public domain)"
UNITS = {
    "yearly sunspot number": "", "annual flow of the Nile at Aswan in 10⁸ m³": "",
    "mean sea surface temperature of the El Niño region in °C": "",
    "mean carbon dioxide concentration at Mauna Loa in ppm": "", "US total employment in thousands": "",
    "US gross national product in million dollars": "", "US number of unemployed in thousands": "",
    "mean US unemployment rate in per cent": "", "mean US three-month treasury bill rate in per cent": "",
    "mean US real GDP at annual rate in billion 2005 dollars": "",
}  # fmt: skip

SeriesName = Annotated[
    str,
    Semantic("aca.annual"),
    Field(description="Name of a yearly series, such as yearly sunspot number", min_length=5, max_length=80),
]
Year = Annotated[
    int, Semantic("time.year"), Among((1871, 1900, 1913, 1947, 1955, 1960, 1970, 1980, 1990, 2000)),
    Field(description="Calendar year", ge=1500, le=2100),
]  # fmt: skip


class Period(TypedDict):
    first: Annotated[int, Semantic("time.year"), Says("first year of record", high="latest", low="earliest")]
    last: Annotated[int, Semantic("time.year"), Says("last year of record", high="latest", low="earliest")]
    mean: Annotated[float, Says("mean over all its years", digits=3, scale="nominal")]
    highest: Annotated[
        int,
        Semantic("time.year"),
        Says("year of the highest value (the first one if tied)", high="latest", low="earliest"),
    ]
    lowest: Annotated[
        int,
        Semantic("time.year"),
        Says("year of the lowest value (the first one if tied)", high="latest", low="earliest"),
    ]


class Point(TypedDict):
    year: Annotated[int, Semantic("time.year"), Says("year", names=True, high="latest", low="earliest")]
    value: Annotated[float, Says("value", digits=3)]


class Points(TypedDict):
    years: Annotated[
        list[Point], Says("year of {series} from {start} to {end}", plural="years of {series} from {start} to {end}")
    ]
    values: Annotated[
        list[float], Semantic("math.series"),
        Says("value of {series} from {start} to {end}", plural="values of {series} from {start} to {end}"),
    ]  # fmt: skip


def _yearly(frame: Any, year: str, column: str) -> dict[int, float]:
    means = frame.groupby(year)[column].agg(["mean", "count"])
    return {int(y): float(row["mean"]) for y, row in means.iterrows() if row["count"] == 4}


@cache
def _all() -> dict[str, dict[int, float]]:
    from statsmodels.datasets import co2, elnino, longley, macrodata, nile, sunspots

    plain = {}
    for module, column, year in ((sunspots, "SUNACTIVITY", "YEAR"), (nile, "volume", "year")):
        frame = module.load_pandas().data
        plain[column] = {int(y): float(v) for y, v in zip(frame[year], frame[column], strict=True)}
    sea = elnino.load_pandas().data
    months = [column for column in sea.columns if column != "YEAR"]
    warm = {int(row["YEAR"]): float(row[months].mean()) for _, row in sea.iterrows() if row[months].notna().all()}
    weeks = co2.load_pandas().data["co2"].dropna()
    by_month = weeks.groupby([weeks.index.year, weeks.index.month]).mean().groupby(level=0).agg(["mean", "count"])
    gas = {int(y): float(row["mean"]) for y, row in by_month.iterrows() if row["count"] == 12}
    jobs = longley.load_pandas().data
    work = {c: {int(y): float(v) for y, v in zip(jobs["YEAR"], jobs[c], strict=True)} for c in ("TOTEMP", "GNP", "UNEMP")}
    macro = macrodata.load_pandas().data
    accounts = {c: _yearly(macro, "year", c) for c in ("unemp", "tbilrate", "realgdp")}
    made = [plain["SUNACTIVITY"], plain["volume"], warm, gas, work["TOTEMP"], work["GNP"], work["UNEMP"]]
    made += [accounts["unemp"], accounts["tbilrate"], accounts["realgdp"]]
    return dict(zip(UNITS, made, strict=True))


def _series(name: str) -> dict[int, float]:
    for known, values in _all().items():
        if known.casefold() == name.strip().casefold().removeprefix("the "):
            return values
    raise not_found("yearly series", name)


@tool(
    domain="academic", kind="retrieval", provider="statsmodels", source=SOURCE, requires=("statsmodels",),
    examples=({"series": "yearly sunspot number", "year": 1957},),
)  # fmt: skip
def annual_value(
    series: SeriesName, year: Year
) -> Annotated[float, Semantic("math.number"), Says("value of {series} for {year}", digits=2, scale="nominal")]:
    """The value of a classic yearly series in a year."""
    values = _series(series)
    if year not in values:
        raise not_found(f"value of {series}", year)
    return values[year]


@tool(
    domain="academic", kind="retrieval", provider="statsmodels", source=SOURCE, about="{series}",
    requires=("statsmodels",),
    examples=({"series": "annual flow of the Nile at Aswan in 10⁸ m³"},),
)  # fmt: skip
def annual_record(series: SeriesName) -> Period:
    """First and last year, mean and extreme years of a classic yearly series."""
    values = _series(series)
    return {
        "first": min(values), "last": max(values), "mean": sum(values.values()) / len(values),
        "highest": max(sorted(values), key=lambda y: values[y]), "lowest": min(sorted(values), key=lambda y: values[y]),
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="statsmodels", source=SOURCE, requires=("statsmodels",),
    examples=({"series": "yearly sunspot number", "start": 1950, "end": 1960},),
)  # fmt: skip
def annual_values(series: SeriesName, start: Year, end: Year) -> Points:
    """The values of a classic yearly series from one year to another, both included; 3 to 40 years."""
    values = _series(series)
    if not 2 <= end - start <= 39:
        raise bad_arguments(f"{start} to {end} is not 3 to 40 years")
    missing = [year for year in range(start, end + 1) if year not in values]
    if missing:
        raise not_found(f"value of {series}", missing[0])
    years = range(start, end + 1)
    return {
        "years": [{"year": year, "value": values[year]} for year in years],
        "values": [values[year] for year in years],
    }
