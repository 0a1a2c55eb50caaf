"""Trading calendars of stock exchanges: sessions, opening hours and holidays, from exchange_calendars.

Every calendar is built for the fixed years 2005 to 2026, never relative to today. Exchanges whose calendar the
installed version cannot build for these years (Athens, Tel Aviv, Riyadh and others) or keeps in another time zone
(Düsseldorf, Hamburg, Bogotá) are left out of `EXCHANGES`.
"""

import datetime as dt
from functools import cache
from itertools import pairwise
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.financial.currencies import country_name
from dive.tools.financial.exchange_table import EXCHANGES
from dive.tools.financial.terms import Day, EarlierDay, LaterDay, day, ordered
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "rules and holidays of the exchanges in exchange_calendars; https://github.com/gerrymanoim/exchange_calendars"
REQUIRES = ("exchange_calendars",)
FIRST, LAST = dt.date(2005, 1, 1), dt.date(2026, 12, 31)

Mic = Annotated[
    str,
    Semantic("fin.mic"),
    Field(description="ISO 10383 market identifier code, such as XNYS", min_length=4, max_length=4),
]
CalendarYear = Annotated[int, Semantic("time.year"), Among(tuple(range(2010, 2026))), Field(description="Year", ge=2005, le=2026)]


class ExchangeFacts(TypedDict):
    name: Annotated[str, Says("name", same_as="exchange")]
    city: Annotated[str, Says("city in which {exchange} is located", ask=False)]
    country: Annotated[str, Semantic("geo.country"), Says("country in which {exchange} is located", ask=False)]
    country_name: Annotated[str, Semantic("geo.country_name"), Says("country in which {exchange} is located")]
    timezone: Annotated[str, Semantic("geo.timezone"), Says("time zone of the trading hours of {exchange}")]


class Hours(TypedDict):
    opens: Annotated[str, Says("local opening time of {exchange} on {date}", high="latest", low="earliest")]
    closes: Annotated[str, Says("local closing time of {exchange} on {date}", high="latest", low="earliest")]
    opens_utc: Annotated[str, Says("opening time of {exchange} in UTC on {date}", high="latest", low="earliest")]
    minutes: Annotated[
        int,
        Says(
            "time from the opening to the close of {exchange} on {date} (any break included)",
            unit="minutes",
            high="longest",
            low="shortest",
            ask=False,
        ),
    ]
    break_minutes: Annotated[
        int, Says("length of the midday break of {exchange} on {date}", unit="minutes", high="longest", low="shortest")
    ]


class Sessions(TypedDict):
    trading_day: Annotated[bool, Says("open for trading on {date}")]
    next: Annotated[
        str, Semantic("time.date"), Says("first trading day of {exchange} after {date}", high="latest", low="earliest")
    ]
    previous: Annotated[
        str, Semantic("time.date"), Says("last trading day of {exchange} before {date}", high="latest", low="earliest")
    ]


class Span(TypedDict):
    trading_days: Annotated[int, Says("number of trading days of {exchange} from {start} to {end} (both included)")]
    closed_weekdays: Annotated[int, Says("number of weekdays from {start} to {end} on which {exchange} was closed")]
    first: Annotated[
        str,
        Semantic("time.date"),
        Says("first trading day of {exchange} from {start} on", high="latest", low="earliest", ask=False),
    ]


class YearFacts(TypedDict):
    trading_days: Annotated[int, Says("number of trading days of {exchange} in {year}")]
    first: Annotated[str, Semantic("time.date"), Says("first trading day of {exchange} in {year}", high="latest", low="earliest")]
    last: Annotated[str, Semantic("time.date"), Says("last trading day of {exchange} in {year}", high="latest", low="earliest")]
    longest_gap: Annotated[
        int,
        Says(
            "longest run of consecutive days without trading at {exchange} within {year}",
            unit="days",
            high="longest",
            low="shortest",
        ),
    ]


class EarlyClose(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True)]
    closes: Annotated[str, Says("local closing time", groups=True)]
    weekday: Annotated[str, Says("day of the week", groups=True)]


class EarlyCloses(TypedDict):
    days: Annotated[
        list[EarlyClose],
        Says("day in {year} on which {exchange} closed early", plural="days in {year} on which {exchange} closed early"),
    ]


class Holiday(TypedDict):
    date: Annotated[str, Semantic("time.date"), Says("date", names=True)]
    weekday: Annotated[str, Says("day of the week", groups=True)]
    month: Annotated[str, Says("month", groups=True)]


class Holidays(TypedDict):
    days: Annotated[
        list[Holiday],
        Says(
            "weekday in {year} on which {exchange} was closed",
            plural="weekdays in {year} on which {exchange} was closed",
        ),
    ]


class Settlement(TypedDict):
    date: Annotated[
        str,
        Semantic("time.date"),
        Says(
            "date on which a trade made at {exchange} on {date} settles after {days} trading days",
            high="latest",
            low="earliest",
            passed_on=False,
        ),
    ]
    calendar_days: Annotated[
        int,
        Says("number of calendar days until a trade made at {exchange} on {date} settles after {days} trading days"),
    ]


class Common(TypedDict):
    both: Annotated[int, Says("number of days in {year} on which both {exchange} and {other} were open for trading")]
    only_first: Annotated[int, Says("number of days in {year} on which {exchange} was open while {other} was closed")]
    only_other: Annotated[int, Says("number of days in {year} on which {other} was open while {exchange} was closed")]


@cache
def _calendar(mic: str) -> Any:
    if mic not in EXCHANGES:
        raise not_found("exchange", mic)
    from exchange_calendars import get_calendar

    return get_calendar(mic, start=FIRST.isoformat(), end=LAST.isoformat())


@cache
def _days(mic: str) -> tuple[dt.date, ...]:
    """All trading days of an exchange, in order."""
    return tuple(session.date() for session in _calendar(mic).sessions)


def _within(mic: str, date: str) -> dt.date:
    """A date that has trading days on both sides in the calendar, or `not_found`."""
    when = day(date)
    if not _days(mic)[0] < when < _days(mic)[-1]:
        raise not_found(f"trading calendar of {mic}", date)
    return when


def _session(mic: str, date: str) -> dt.date:
    when = _within(mic, date)
    if when not in _days(mic):
        raise not_found(f"trading session of {mic}", date)
    return when


def _local(mic: str, moment: Any) -> str:
    return str(moment.tz_convert(_calendar(mic).tz).strftime("%H:%M"))


def _of_year(mic: str, year: int) -> list[dt.date]:
    days = [date for date in _days(mic) if date.year == year]
    if not days:
        raise not_found(f"trading days of {mic}", year)
    return days


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=(*REQUIRES, "babel"),
    about="{exchange}", examples=({"exchange": "XNYS"}, {"exchange": "XTKS"}),
)  # fmt: skip
def exchange_facts(exchange: Mic) -> ExchangeFacts:
    """Name, city, country and time zone of a stock exchange."""
    calendar = _calendar(exchange)
    name, city, country = EXCHANGES[exchange]
    return {
        "name": name, "city": city, "country": country, "country_name": country_name(country),
        "timezone": str(calendar.tz),
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=REQUIRES,
    examples=({"exchange": "XNYS", "date": "2024-07-03"}, {"exchange": "XTKS", "date": "2020-03-16"}),
)  # fmt: skip
def exchange_hours(exchange: Mic, date: Day) -> Hours:
    """Opening and closing time of an exchange on a trading day, in local time and in UTC."""
    when, calendar = _session(exchange, date).isoformat(), _calendar(exchange)
    opens, closes = calendar.session_open(when), calendar.session_close(when)
    pause = 0
    if calendar.session_has_break(when):
        pause = int((calendar.session_break_end(when) - calendar.session_break_start(when)).total_seconds() // 60)
    return {
        "opens": _local(exchange, opens), "closes": _local(exchange, closes), "opens_utc": opens.strftime("%H:%M"),
        "minutes": int((closes - opens).total_seconds() // 60), "break_minutes": pause,
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=REQUIRES,
    about="{exchange}", examples=({"exchange": "XHKG", "date": "2025-01-29"},),
)  # fmt: skip
def adjacent_sessions(exchange: Mic, date: Day) -> Sessions:
    """Whether an exchange trades on a date, and its trading days before and after."""
    when = _within(exchange, date)
    days = _days(exchange)
    return {
        "trading_day": when in days,
        "next": min(d for d in days if d > when).isoformat(), "previous": max(d for d in days if d < when).isoformat(),
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=REQUIRES,
    examples=({"exchange": "XLON", "start": "2020-03-16", "end": "2020-12-31"},),
)  # fmt: skip
def trading_days_between(exchange: Mic, start: EarlierDay, end: LaterDay) -> Span:
    """How many days an exchange trades between two dates, both included."""
    first, last = ordered(start, end)
    _within(exchange, start)
    _within(exchange, end)
    days = [d for d in _days(exchange) if first <= d <= last]
    weekdays = sum((first + dt.timedelta(days=n)).weekday() < 5 for n in range((last - first).days + 1))
    if not days:
        raise not_found(f"trading days of {exchange} between {start} and", end)
    return {
        "trading_days": len(days),
        "closed_weekdays": weekdays - sum(d.weekday() < 5 for d in days),
        "first": days[0].isoformat(),
    }


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=REQUIRES,
    examples=({"exchange": "XNYS", "year": 2024},),
)  # fmt: skip
def trading_year(exchange: Mic, year: CalendarYear) -> YearFacts:
    """Number of trading days of an exchange in a year, the first, the last and the longest pause."""
    days = _of_year(exchange, year)
    gaps = [(later - earlier).days - 1 for earlier, later in pairwise(days)]
    return {
        "trading_days": len(days), "first": days[0].isoformat(), "last": days[-1].isoformat(), "longest_gap": max(gaps),
    }  # fmt: skip


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=REQUIRES,
    examples=({"exchange": "XNYS", "year": 2024}, {"exchange": "XASX", "year": 2019}),
)  # fmt: skip
def early_closes(exchange: Mic, year: CalendarYear) -> EarlyCloses:
    """The days of a year on which an exchange closed earlier than usual, in order."""
    calendar = _calendar(exchange)
    _of_year(exchange, year)
    days: list[EarlyClose] = [
        {"date": d.date().isoformat(), "closes": _local(exchange, calendar.session_close(d)), "weekday": d.day_name()}
        for d in sorted(calendar.early_closes)
        if d.year == year
    ]
    return {"days": days}


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=REQUIRES,
    examples=({"exchange": "XNYS", "year": 2024}, {"exchange": "XTKS", "year": 2019}),
)  # fmt: skip
def exchange_holidays(exchange: Mic, year: CalendarYear) -> Holidays:
    """The days from Monday to Friday of a year on which an exchange did not trade, in order."""
    days = set(_of_year(exchange, year))
    first = dt.date(year, 1, 1)
    dates = [first + dt.timedelta(days=n) for n in range((dt.date(year, 12, 31) - first).days + 1)]
    closed = [d for d in dates if d.weekday() < 5 and d not in days]
    return {"days": [{"date": d.isoformat(), "weekday": d.strftime("%A"), "month": d.strftime("%B")} for d in closed]}


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=REQUIRES,
    examples=({"exchange": "XNYS", "date": "2025-04-09", "days": 2},),
)  # fmt: skip
def settlement_date(
    exchange: Mic,
    date: Day,
    days: Annotated[int, Among((2, 3, 5, 10)), Field(description="Trading days until settlement", ge=1, le=60)],
) -> Settlement:
    """The date on which a trade settles that was made on a trading day, a number of trading days later."""
    when = _session(exchange, date)
    sessions = _days(exchange)
    position = sessions.index(when) + days
    if position >= len(sessions):
        raise not_found(f"trading day of {exchange} {days} sessions after", date)
    return {"date": sessions[position].isoformat(), "calendar_days": (sessions[position] - when).days}


@tool(
    domain="financial", kind="retrieval", provider="exchange_calendars", source=SOURCE, requires=REQUIRES,
    examples=({"exchange": "XNYS", "other": "XTKS", "year": 2024},),
)  # fmt: skip
def common_trading_days(exchange: Mic, other: Mic, year: CalendarYear) -> Common:
    """On how many days of a year two exchanges were both open, and on how many only one of them."""
    if exchange == other:
        raise bad_arguments("the two exchanges must differ")
    first, second = set(_of_year(exchange, year)), set(_of_year(other, year))
    return {"both": len(first & second), "only_first": len(first - second), "only_other": len(second - first)}
