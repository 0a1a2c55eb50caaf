"""Consumer prices: the CPI-U of the US Bureau of Labor Statistics, not seasonally adjusted, as shipped with cpi.

Importing cpi reads its SQLite file and reaches no network. Items and areas go by the names of the BLS. Index levels
of different items are not compared with each other, since their base periods differ; their changes are.
"""

import datetime as dt
import warnings
from array import array
from functools import cache, lru_cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.financial.terms import Day, Dollars, day
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "US Bureau of Labor Statistics, Consumer Price Index (CPI-U), in cpi; https://www.bls.gov/cpi/"
REQUIRES = ("cpi",)
NATION = "U.S. city average"
GROUPS = (
    "Apparel", "Education and communication", "Food and beverages", "Housing",
    "Medical care", "Other goods and services", "Recreation", "Transportation",
)  # fmt: skip
"""The eight major groups; https://www.bls.gov/cpi/questions-and-answers.htm, question 7."""

Item = Annotated[
    str, Semantic("fin.cpi_item"),
    Among(("Coffee", "Eggs", "Airline fares", "New vehicles", "Rent of primary residence", "Electricity",
    "Food at home", "Milk")),
    Field(description="CPI item by its BLS name, such as Coffee", min_length=2, max_length=100),
]  # fmt: skip
Area = Annotated[
    str,
    Semantic("fin.cpi_area"),
    Field(description="CPI area by its BLS name, such as Chicago-Naperville-Elgin, IL-IN-WI", max_length=60),
]
CpiYear = Annotated[
    int, Semantic("time.year"), Among((1985, 1995, 2000, 2005, 2008, 2012, 2016, 2019, 2021, 2022, 2023, 2024)),
    Field(description="Year from 1913", ge=1913, le=2026),
]  # fmt: skip
StartYear = Annotated[
    int, Semantic("time.year"), Among((1950, 1965, 1975, 1982, 1990, 1999, 2003, 2007, 2010)),
    Field(description="First year, from 1913", ge=1913, le=2026),
]  # fmt: skip
EndYear = Annotated[
    int, Semantic("time.year"), Among((2012, 2015, 2018, 2020, 2022, 2023, 2024, 2025)),
    Field(description="Last year, from 1913", ge=1913, le=2026),
]  # fmt: skip
INDEX = "CPI-U (US city average, not seasonally adjusted)"


class Index(TypedDict):
    index: Annotated[float, Says("annual average " + INDEX + " of the item {item} in {year}", digits=3)]


class MonthIndex(TypedDict):
    index: Annotated[float, Says(INDEX + " of the item {item} for the month that contains {date}", digits=3)]
    year_change: Annotated[
        float | None,
        Semantic("fin.inflation"),
        Says("twelve-month US inflation rate of the item {item} for the month that contains {date}", unit="%", digits=1),
    ]


class AreaIndex(TypedDict):
    index: Annotated[float, Says("annual average CPI-U for all items in {area} in {year}", digits=3)]
    change: Annotated[
        float | None,
        Semantic("fin.inflation"),
        Says("annual inflation rate of {area} in {year} by the CPI-U", unit="%", digits=1),
    ]


class Inflated(TypedDict):
    value: Annotated[
        float,
        Says(
            "amount that has in {end} the purchasing power that {amount} had in {start} by the US CPI-U",
            unit="US dollars",
            digits=2,
        ),
    ]


class Inflation(TypedDict):
    total: Annotated[
        float,
        Says("total increase of US prices for the item {item} from {start} to {end} by the CPI-U", unit="%", digits=1),
    ]
    yearly: Annotated[
        float,
        Semantic("fin.inflation"),
        Says(
            "average yearly US inflation rate (compound) of the item {item} from {start} to {end} by the CPI-U",
            unit="%",
            digits=2,
        ),
    ]


class YearIndex(TypedDict):
    year: Annotated[int, Semantic("time.year"), Says("year", names=True)]
    index: Annotated[float, Says("annual average index", digits=1)]
    change: Annotated[float | None, Says("inflation rate", unit="%", digits=1)]


class History(TypedDict):
    years: Annotated[
        list[YearIndex],
        Says(
            "year of the US CPI-U of the item {item} from {start} to {end}",
            plural="years of the US CPI-U of the item {item} from {start} to {end}",
        ),
    ]


class Group(TypedDict):
    group: Annotated[str, Semantic("fin.cpi_item"), Says("name", names=True)]
    change: Annotated[float, Says("price increase over the previous year", unit="%", digits=1)]


class Groups(TypedDict):
    groups: Annotated[
        list[Group],
        Says("major group of the US CPI-U in {year}", plural="major groups of the US CPI-U in {year}"),
    ]


class AreaChange(TypedDict):
    area: Annotated[str, Semantic("fin.cpi_area"), Says("name", names=True)]
    change: Annotated[float, Says("inflation rate", unit="%", digits=1)]


class Areas(TypedDict):
    areas: Annotated[
        list[AreaChange],
        Says(
            "US metropolitan area (2018 definition) with an annual CPI-U for {year} and the year before",
            plural="US metropolitan areas (2018 definition) with an annual CPI-U for {year} and the year before",
        ),
    ]


class ItemCoverage(TypedDict):
    first: Annotated[
        int,
        Semantic("time.year"),
        Says("first year with a published annual US CPI-U of the item {item}", high="latest", low="earliest"),
    ]
    years: Annotated[int, Says("number of years up to 2025 with a published annual US CPI-U of the item {item}")]
    peak_year: Annotated[
        int,
        Semantic("time.year"),
        Says("year up to 2025 in which the annual US CPI-U of the item {item} was highest", high="latest", low="earliest"),
    ]


@cache
def _library() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # cpi warns by the clock that its data are old
        import cpi

    return cpi


@cache
def _codes(table: str) -> dict[str, str]:
    """BLS code of each CPI item or area by name."""
    return {row.name: row.id for row in getattr(_library(), table).all()}


@cache
def _series() -> dict[str, tuple["array[int]", "array[float]"]]:
    """Times (100 · year + month, month 0 for the annual average) and index values by area and item code: every item in
    the nation and all items in every area.

    The file has no SQL index and a pass takes a tenth of a second, so one pass serves all. Monthly series (R) come after
    semi-annual ones (S) and replace them where both give an average.
    """
    found: dict[str, tuple[array[int], array[float]]] = {}
    nation, whole = _codes("areas")[NATION], _codes("items")["All items"]
    sql = "SELECT series, year, period, value FROM indexes WHERE series GLOB ? OR series GLOB ? ORDER BY series, year, period"
    for periodicity in "SR":
        for row in _library().models.query(sql, [f"CUU{periodicity}{nation}*", f"CUU{periodicity}????{whole}"]):
            annual = row["period"] in ("M13", "S03")
            if annual or row["period"][0] == "M":
                times, values = found.setdefault(row["series"][4:], (array("I"), array("d")))
                times.append(100 * int(row["year"]) + (0 if annual else int(row["period"][1:])))
                values.append(float(row["value"]))
    return found


@lru_cache(maxsize=64)
def _indexes(key: str) -> dict[tuple[int, int], float]:
    """Index values of an area and item code by year and month; month 0 is the annual average."""
    times, values = _series().get(key, ((), ()))
    return {(time // 100, time % 100): value for time, value in zip(times, values, strict=True)}


def _key(item: str, area: str) -> str:
    for what, name in (("items", item), ("areas", area)):
        if name not in _codes(what):
            raise not_found(f"CPI {what[:-1]}", name)
    return _codes("areas")[area] + _codes("items")[item]


def _values(item: str, area: str) -> dict[tuple[int, int], float]:
    return _indexes(_key(item, area))


def _annual(item: str, year: int, area: str = NATION) -> float:
    value = _values(item, area).get((year, 0))
    if value is None:
        raise not_found(f"annual CPI-U of {item!r} in {area}", year)
    return value


def _change(values: dict[tuple[int, int], float], year: int, month: int = 0) -> float | None:
    now, before = values.get((year, month)), values.get((year - 1, month))
    return (now / before - 1) * 100 if now is not None and before is not None else None


@tool(
    domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES,
    examples=({"item": "Coffee", "year": 2023}, {"item": "All items", "year": 1990}),
)  # fmt: skip
def price_index(item: Item, year: CpiYear) -> Index:
    """The annual average US consumer price index of an item."""
    return {"index": _annual(item, year)}


@tool(
    domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES,
    examples=({"item": "Eggs", "date": "2022-12-15"},),
)  # fmt: skip
def price_index_month(item: Item, date: Day) -> MonthIndex:
    """The US consumer price index of an item in the month of a date, and its change over twelve months."""
    when: dt.date = day(date)
    values = _values(item, NATION)
    if (when.year, when.month) not in values:
        raise not_found(f"monthly CPI-U of {item!r}", date[:7])
    return {"index": values[when.year, when.month], "year_change": _change(values, when.year, when.month)}


@tool(
    domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES,
    examples=({"area": "Chicago-Naperville-Elgin, IL-IN-WI", "year": 2022},),
)  # fmt: skip
def area_price_index(area: Area, year: CpiYear) -> AreaIndex:
    """The annual average consumer price index for all items in a US area, and its change from the year before."""
    return {"index": _annual("All items", year, area), "change": _change(_values("All items", area), year)}


@tool(
    domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES,
    examples=({"amount": 100, "start": 1950, "end": 2020},),
)  # fmt: skip
def adjust_for_inflation(amount: Dollars, start: StartYear, end: EndYear) -> Inflated:
    """An amount of US dollars of one year in dollars of another year, by annual averages of the CPI-U for all items."""
    if start == end:
        raise bad_arguments("the two years must differ")
    return {"value": amount * _annual("All items", end) / _annual("All items", start)}


@tool(
    domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES,
    examples=({"item": "Airline fares", "start": 1999, "end": 2022},),
)  # fmt: skip
def price_increase(item: Item, start: StartYear, end: EndYear) -> Inflation:
    """Total and average yearly increase of US consumer prices of an item between two years, in percent."""
    if start >= end:
        raise bad_arguments("the first year must be before the last")
    ratio = _annual(item, end) / _annual(item, start)
    return {"total": (ratio - 1) * 100, "yearly": (ratio ** (1 / (end - start)) - 1) * 100}


@tool(
    domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES,
    examples=({"item": "Milk", "start": 2010, "end": 2022},),
)  # fmt: skip
def price_history(item: Item, start: StartYear, end: EndYear) -> History:
    """The annual US consumer price index of an item and its yearly change over at most forty years."""
    if not 0 < end - start < 40:
        raise bad_arguments("give 2 to 40 years, the first before the last")
    values = _values(item, NATION)
    years: list[YearIndex] = [
        {"year": year, "index": _annual(item, year), "change": _change(values, year)} for year in range(start, end + 1)
    ]
    return {"years": years}


@tool(domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES, examples=({"year": 2022},))
def price_groups(year: CpiYear) -> Groups:
    """The eight major groups of the US consumer price index with their price increase over the previous year."""
    groups: list[Group] = []
    for group in GROUPS:
        change = _change(_values(group, NATION), year)
        if change is None:
            raise not_found(f"annual change of the CPI-U of {group!r}", year)
        groups.append({"group": group, "change": change})
    return {"groups": groups}


@tool(domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES, examples=({"year": 2022},))
def metropolitan_inflation(year: CpiYear) -> Areas:
    """The yearly increase of consumer prices in each US metropolitan area with a published index, by area name."""
    current = [name for name, code in sorted(_codes("areas").items()) if code[0] == "S" and "Size Class" not in name]
    rows = [(name, _change(_values("All items", name), year)) for name in current]
    areas: list[AreaChange] = [{"area": name, "change": change} for name, change in rows if change is not None]
    if not areas:
        raise not_found("metropolitan CPI-U change", year)
    return {"areas": areas}


@tool(
    domain="financial", kind="retrieval", provider="cpi", source=SOURCE, requires=REQUIRES, about="{item}",
    examples=({"item": "Televisions"},),
)  # fmt: skip
def price_index_coverage(item: Item) -> ItemCoverage:
    """From when the US consumer price index of an item is published, and the year in which it was highest."""
    values = _values(item, NATION)
    annual = {year: value for (year, month), value in sorted(values.items()) if month == 0 and year <= 2025}
    if not annual:
        raise not_found("annual CPI-U of", item)
    return {"first": min(annual), "years": len(annual), "peak_year": max(annual, key=lambda year: annual[year])}
