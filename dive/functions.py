"""The functions of the derivation language.

`FUNCTIONS` is the whole list: name, function, how many arguments, and which of them are words of the language (field
names, operators, units, flags) rather than data. Every function checks its arguments and raises `ExpressionError`, or
an `ArithmeticError` or `ValueError` that the evaluator turns into one. Nothing here picks silently: a tie in
`argmax`, `rank`, `sorted_by` or `top` is an error, because a question with two right answers is not a task. A record
whose field is None (or absent, where other records have it) takes no part in anything that looks at the field.
"""

import math
import re
import statistics
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import NoReturn

from dive.errors import ExpressionError
from dive.types import Json
from dive.units import converted, read_unit
from dive.values import MAX_ITEMS, MAX_TEXT, items, kind, number, ordered, scalar_key, shown, sortable, text, tied

Row = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Function:
    """A function of the language; `words` are the positions (from either end) of arguments that are not data."""

    call: Callable[..., Json]
    least: int
    most: int
    words: tuple[int, ...] = ()


def _refuse_tie(what: str, value: Json) -> NoReturn:
    raise ExpressionError(f"{what} is ambiguous: several items have {shown(value)}")


def _with_field(records: Json, field: Json) -> list[tuple[Json, Row]]:
    """(value of the field, record) for the records that have a value there."""
    rows, name = items(records), text(field)
    for row in rows:
        if not isinstance(row, dict):
            raise ExpressionError(f"expected a list of records, got a list with {kind(row)}")
    if rows and not any(name in row for row in rows):
        raise ExpressionError(f"no record has a field {shown(name)}; the first has {', '.join(list(rows[0])[:20])}")
    return [(row[name], row) for row in rows if row.get(name) is not None]


def _round(value: Json, digits: Json = None) -> Json:
    if digits is None:
        return round(number(value))
    if isinstance(digits, bool) or not isinstance(digits, int) or abs(digits) > 30:
        raise ExpressionError(f"round: digits must be an integer from -30 to 30, got {shown(digits)}")
    return round(number(value), digits)


def _spread(values: tuple[Json, ...]) -> list[Json]:
    """The arguments of min and max: one list, or the values themselves."""
    found = sortable(values[0] if len(values) == 1 else list(values))
    if not found:
        raise ExpressionError("min or max of an empty list")
    return found


def _len(value: Json) -> int:
    if not isinstance(value, str | list | dict):
        raise ExpressionError(f"len of {kind(value)}: expected a list, a record or a text")
    return len(value)


def _count(values: Json, *wanted: Json) -> int:
    found = items(values)
    return sum(scalar_key(value) == scalar_key(wanted[0]) for value in found) if wanted else len(found)


def _sum(values: Json) -> int | float:
    found = [number(value) for value in items(values)]
    return math.fsum(found) if any(isinstance(value, float) for value in found) else sum(found)


def _mean(values: Json) -> float:
    if not items(values):
        raise ExpressionError("mean of an empty list")
    return _sum(values) / len(values)


def _median(values: Json) -> int | float:
    if not items(values):
        raise ExpressionError("median of an empty list")
    return statistics.median(number(value) for value in values)


def _flag(value: Json) -> bool:
    if not isinstance(value, bool):
        raise ExpressionError(f"descending must be True or False, got {shown(value)}")
    return value


def _sorted(values: Json, descending: Json = False) -> list[Json]:
    return sorted(sortable(values), reverse=_flag(descending))


def _arranged(records: Json, field: Json, descending: Json, wanted: int) -> list[Row]:
    """The first records in order, if the order is certain; further fields break ties, always upwards."""
    fields = field if isinstance(field, list) else [field]
    if not 1 <= len(fields) <= 3:
        raise ExpressionError("sorted_by and top take one to three fields")
    rows = [row for _, row in _with_field(records, fields[0])]
    columns = [sortable([row.get(text(name)) for row in rows]) for name in fields]
    order = list(range(len(rows)))
    for position in reversed(range(len(fields))):
        order.sort(key=columns[position].__getitem__, reverse=_flag(descending) and position == 0)
    for left, right in pairwise(order[: wanted + 1]):
        if all(tied(column[left], column[right]) for column in columns):
            _refuse_tie("the order", columns[0][left])
    return [rows[index] for index in order[:wanted]]


def _sorted_by(records: Json, field: Json, descending: Json = False) -> list[Row]:
    return _arranged(records, field, descending, MAX_ITEMS)


def _top(records: Json, field: Json, wanted: Json, descending: Json = True) -> list[Row]:
    size = _position(wanted)
    found = _arranged(records, field, descending, size)
    if len(found) < size:
        raise ExpressionError(f"top: only {len(found)} records for {size}")
    return found


def _pairs(values: Json, field: tuple[Json, ...]) -> list[tuple[Json, Json]]:
    """(value, what has it): records by a field, or the keys of a dict."""
    if isinstance(values, dict) and not field:
        return [(value, key) for key, value in values.items() if value is not None]
    if not field:
        raise ExpressionError("argmax and argmin take (list of records, field) or (record)")
    return list(_with_field(values, field[0]))


def _extreme(name: str, pairs: list[tuple[Json, Json]], largest: bool) -> Json:
    values = sortable([value for value, _ in pairs])
    if not values:
        raise ExpressionError(f"{name} of nothing: no record has a value")
    best = max(values) if largest else min(values)
    winners = [owner for value, owner in pairs if tied(value, best)]
    if len(winners) > 1:
        _refuse_tie(name, best)
    return winners[0]


def _argmax(values: Json, *field: Json) -> Json:
    return _extreme("argmax", _pairs(values, field), largest=True)


def _argmin(values: Json, *field: Json) -> Json:
    return _extreme("argmin", _pairs(values, field), largest=False)


def _rank(values: Json, descending: Json = True) -> list[str]:
    if not isinstance(values, dict):
        raise ExpressionError(f"rank: expected a record of key to value, got {kind(values)}")
    rows = [{"key": key, "value": value} for key, value in values.items()]
    return [row["key"] for row in _sorted_by(rows, "value", descending)]


def _test(operator: Json, value: Json) -> Callable[[Json], bool]:
    """The condition of a `where`."""
    if value is None:
        raise ExpressionError("where never compares with None: records without a value take no part")
    if operator in ("==", "!="):
        wanted = scalar_key(value)
        return lambda found: (scalar_key(found) == wanted) is (operator == "==")
    if operator == "in":
        allowed = {scalar_key(member) for member in items(value)}
        return lambda found: scalar_key(found) in allowed
    if operator in ("<", "<=", ">", ">="):
        return lambda found: ordered(found, operator, value)
    raise ExpressionError(f"where: unknown operator {shown(operator)}; known: < <= > >= == != in")


def _where(values: Json, *condition: Json) -> list[Json]:
    """Records whose field satisfies the condition, or keys of a dict whose value does; the order is kept."""
    if isinstance(values, dict) and len(condition) == 2:
        holds = _test(*condition)
        return [key for key, value in values.items() if value is not None and holds(value)]
    if len(condition) != 3:
        raise ExpressionError("where takes (list of records, field, operator, value) or (record, operator, value)")
    holds = _test(*condition[1:])
    return [row for value, row in _with_field(values, condition[0]) if holds(value)]


def _pluck(records: Json, field: Json) -> list[Json]:
    return [value for value, _ in _with_field(records, field)]


def _unique(values: Json) -> list[Json]:
    kept: dict[tuple[bool, Json], Json] = {}
    for value in items(values):
        kept.setdefault(scalar_key(value), value)
    return list(kept.values())


def _position(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_ITEMS:
        raise ExpressionError(f"expected a position from 0 to {MAX_ITEMS}, got {shown(value)}")
    return value


def _nth(values: Json, position: Json) -> Json:
    found, index = items(values), _position(position)
    if index >= len(found):
        raise ExpressionError(f"no item {index} in a list of {len(found)}")
    return found[index]


def _only(values: Json) -> Json:
    listed = items(values)
    if len(listed) != 1:
        raise ExpressionError(f"only() needs a list of one item, not of {len(listed)}")
    return listed[0]


def _date(value: Json) -> date:
    """The date of an ISO date or date and time."""
    if not re.match(r"\d{4}-\d\d-\d\d(?!\d)", text(value), re.ASCII):
        raise ExpressionError(f"expected a date such as 2021-03-04, got {shown(value)}")
    return date.fromisoformat(value[:10])


def _days_between(start: Json, end: Json) -> int:
    return (_date(end) - _date(start)).days


def _add_days(day: Json, days: Json) -> str:
    if isinstance(days, bool) or not isinstance(days, int):
        raise ExpressionError(f"add_days: expected a whole number of days, got {shown(days)}")
    return (_date(day) + timedelta(days=days)).isoformat()


def _convert(value: Json, source: Json, target: Json) -> float:
    units = [read_unit(text(source)), read_unit(text(target))]
    if units[0] is None or units[1] is None:
        raise ExpressionError(f"convert: unknown unit {shown(target if units[0] else source)}")
    result = converted(Fraction(number(value)), units[0], units[1])
    if result is None:
        raise ExpressionError(f"convert: {source} and {target} do not measure the same thing")
    return float(result)


def _contains(whole: Json, part: Json) -> bool:
    return text(part) in text(whole)


def _join(values: Json, separator: Json) -> str:
    parts, between = [text(value) for value in items(values)], text(separator)
    if sum(map(len, parts)) + len(between) * len(parts) > MAX_TEXT:
        raise ExpressionError(f"join: a text of more than {MAX_TEXT} characters")
    return between.join(parts)


def _keys(values: Json) -> set[tuple[bool, Json]]:
    return {scalar_key(value) for value in items(values)}


def _kept(values: Json, keep: Callable[[tuple[bool, Json]], bool]) -> list[Json]:
    return [value for value in _unique(values) if keep(scalar_key(value))]


def _intersection(left: Json, right: Json) -> list[Json]:
    return _kept(left, _keys(right).__contains__)


def _difference(left: Json, right: Json) -> list[Json]:
    others = _keys(right)
    return _kept(left, lambda key: key not in others)


def _numbers(call: Callable[[int | float], float]) -> Callable[[Json], float]:
    return lambda value: call(number(value))


def _texts(call: Callable[[str], str]) -> Callable[[Json], str]:
    return lambda value: call(text(value))


FUNCTIONS: dict[str, Function] = {
    "round": Function(_round, 1, 2),
    "abs": Function(lambda value: abs(number(value)), 1, 1),
    "min": Function(lambda *values: min(_spread(values)), 1, 100),
    "max": Function(lambda *values: max(_spread(values)), 1, 100),
    "sum": Function(_sum, 1, 1),
    "len": Function(_len, 1, 1),
    "count": Function(_count, 1, 2),
    "mean": Function(_mean, 1, 1),
    "median": Function(_median, 1, 1),
    "sqrt": Function(_numbers(math.sqrt), 1, 1),
    "log10": Function(_numbers(math.log10), 1, 1),
    "exp": Function(_numbers(math.exp), 1, 1),
    "sorted": Function(_sorted, 1, 2, words=(1,)),
    "sorted_by": Function(_sorted_by, 2, 3, words=(1, 2)),
    "top": Function(_top, 3, 4, words=(1, 3)),
    "argmax": Function(_argmax, 1, 2, words=(1,)),
    "argmin": Function(_argmin, 1, 2, words=(1,)),
    "rank": Function(_rank, 1, 2, words=(1,)),
    "where": Function(_where, 3, 4, words=(1, -2)),
    "pluck": Function(_pluck, 2, 2, words=(1,)),
    "unique": Function(_unique, 1, 1),
    "nth": Function(_nth, 2, 2),
    "first": Function(lambda values: _nth(values, 0), 1, 1),
    "only": Function(_only, 1, 1),
    "days_between": Function(_days_between, 2, 2),
    "year": Function(lambda day: _date(day).year, 1, 1),
    "add_days": Function(_add_days, 2, 2),
    "convert": Function(_convert, 3, 3, words=(1, 2)),
    "upper": Function(_texts(str.upper), 1, 1),
    "lower": Function(_texts(str.lower), 1, 1),
    "contains": Function(_contains, 2, 2),
    "join": Function(_join, 2, 2),
    "set_of": Function(lambda values: sorted(sortable(_unique(values))), 1, 1),
    "intersection": Function(_intersection, 2, 2),
    "union": Function(lambda left, right: _unique(items(left) + items(right)), 2, 2),
    "difference": Function(_difference, 2, 2),
}


def positions(words: Iterable[int], given: int) -> set[int]:
    """The positions of the word arguments in a call with `given` arguments."""
    return {position % given for position in words if position < given}
