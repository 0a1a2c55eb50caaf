"""Comparing a given answer with the right one, by the type of the right one.

Equality is decided by rules, never by similarity: a number within its tolerance in a compatible unit, a day, a name
up to case, accents and punctuation, the same set, list or record of these. Several statements in one reply must all
agree, and none may be denied, bounded or offered for choice (`dive.statements`). Decisions: a unit that is left out, or
unknown to `dive.units`, is accepted, an incompatible one is wrong; `45%` is 0.45, but 0.45 is not 45 where the answer is in
percent; names are compared without case, so an answer in which case is the point (`Hf` and `HF`) must be asked as something
else, while structures (SMILES, InChI, formulas with digits) are compared as written. Lists and records state no unit and no
rounding of their parts where these differ: then any unit is accepted, and a number is right if it rounds to the right one.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from dive.listings import read_pairs, split_items
from dive.names import day_of, folded, same_text
from dive.readings import MAX_STATEMENT, Quantity, final_text, read_dates, read_quantities, unit_before
from dive.statements import not_plain, restated, without_doubt
from dive.types import Answer, AnswerType, Json
from dive.units import CURRENCIES, CURRENCY_SIGNS, Unit, converted, plain, read_unit

MAX_GIVEN = 20_000
"""Longer replies are wrong unread; a sequence may be ten times as long."""
MAX_ITEMS = 1_000


@dataclass(frozen=True, slots=True)
class Comparison:
    """Whether a given answer equals the right one, and why not."""

    equal: bool
    reason: str


def answers_match(gold: Answer, given: Json) -> bool:
    """Whether a JSON value or a free text states the right answer."""
    return explain_match(gold, given).equal


def explain_match(gold: Answer, given: Json) -> Comparison:
    """As `answers_match`, with the reason; it never raises, whatever was given."""
    limit = MAX_GIVEN * 10 if gold.type == "sequence" else MAX_GIVEN
    if isinstance(given, str) and len(given) > limit:
        return Comparison(False, f"{len(given)} characters are too long for an answer")
    reason = "nothing was given"
    for reading in _readings(gold.type, given):
        reason = _COMPARE[gold.type](gold, reading)
        if not reason:
            return Comparison(True, "equal")
    return Comparison(False, reason)


def tolerance_for(digits: int) -> float:
    """The tolerance of a number that was asked to `digits` decimal places: half a unit of the last one, and slack.

    An answer with more digits is right if it rounds to the asked one; one that is a whole last unit off is wrong. The
    slack of a millionth covers halves that binary numbers round down.
    """
    return 0.5 * 10.0**-digits * (1 + 1e-6)


def _readings(kind: AnswerType, given: Json) -> Iterator[Json]:
    """What a given value may mean: as it is, its final answer, the JSON in it, and what an envelope holds."""
    found: list[Json] = [given]
    if isinstance(given, str):
        final = final_text(given)
        found = [final, given] if final != given and kind in ("text", "sequence") else [final]
        if final[:1] in ("{", "[", '"'):
            found += _decoded(final)
    for value in found:
        if isinstance(value, dict) and kind != "record":
            envelope = {"answer", "final_answer", "result", "value"} & value.keys()
            if value.keys() == {"value", "unit"} and isinstance(value["value"], int | float | str):
                yield f"{_as_text(value['value'])} {_as_text(value['unit'])}"
            elif len(value) == len(envelope) == 1:
                yield value[envelope.pop()]
        elif isinstance(value, dict) and len(value) == 1 and isinstance(value.get("answer"), dict):
            yield value["answer"]
        elif isinstance(value, list) and len(value) == 1 and kind not in ("set", "list", "record"):
            yield value[0]
        yield value


def _decoded(text: str) -> list[Json]:
    try:
        return [json.loads(text, object_pairs_hook=_once)]
    except (ValueError, RecursionError):
        return []


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """A JSON object, in which no key may stand twice: the last one would hide the others."""
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _shown(value: Json) -> str:
    text = _as_text(value)
    return repr(text[:60]) if text is not None else f"a {type(value).__name__}"


# Numbers ------------------------------------------------------------------------------------------------------------


def _quantities(value: Json) -> tuple[Quantity, ...]:
    if isinstance(value, str):
        return read_quantities(value)
    exact = _exact(value)
    return () if exact is None else (Quantity(exact),)


def _exact(value: Json) -> Fraction | None:
    """The number as it is written in decimal, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, int):
        return Fraction(value) if value.bit_length() < 2_000 else None
    return Fraction(repr(value)) if math.isfinite(value) else None


def _compare_number(gold: Answer, given: Json, any_unit: bool = False) -> str:
    """The reason why a number is wrong, empty where it is right; with `any_unit`, that of the right one is not known."""
    right = _exact(gold.value)
    if right is None:
        stated = _quantities(gold.value)
        if len(stated) != 1:
            return f"the right answer {_shown(gold.value)} is no number"
        right = stated[0].value
    found = _quantities(_without_unit(without_doubt(given), gold.unit) if isinstance(given, str) else given)
    if not found:
        return f"no number in {_shown(given)}"
    if isinstance(given, str) and (word := not_plain(given)):
        return f"{_shown(given)} does not state one number ({word!r})"
    allowed = _allowed(gold, right)
    for quantity in found:
        values = [quantity.value] if any_unit else []
        value = _in_unit(quantity, gold)
        values += [] if value is None else [value]
        if not values:
            return f"{_shown(given)} is not in {gold.unit or 'a pure number'}"
        if all(abs(value - right) > allowed for value in values):
            return f"{_shown(given)} is not {_shown(gold.value)} {gold.unit}".rstrip()
    return ""


def _without_unit(text: str, unit: str) -> str:
    """A text without the unit of the right answer, where that has numbers in it: `per 100,000 people`, `mL/min/1.73 m²`."""
    if len(text) > MAX_STATEMENT or read_unit(unit) is not None or not re.search(r"\d", plain(unit)):
        return text
    bare, sought = (re.sub(r" *(?:\bper\b|/) *", "/", plain(part)) for part in (text, unit))
    return re.sub(r"\s+".join(map(re.escape, sought.split())), " ", bare, flags=re.IGNORECASE)


def _allowed(gold: Answer, right: Fraction) -> Fraction:
    """The greatest error: the tolerance; without one, a millionth of a number and nothing for an integer."""
    if gold.tolerance > 0:
        return Fraction(gold.tolerance) + abs(right) / 10**14
    if gold.type == "integer":
        return Fraction(0)
    return abs(right) / 10**6 or Fraction(1, 10**12)


def _in_unit(quantity: Quantity, gold: Answer) -> Fraction | None:
    """The number in the unit of the right answer, or None where that cannot be."""
    target = read_unit(gold.unit) if gold.unit else Unit(Fraction(1), ())
    if target is None:
        measured = quantity.unit is not None or quantity.sign
        return None if measured and quantity.after.split()[:1] != plain(gold.unit).split()[:1] else quantity.value
    units = [quantity.unit]
    if quantity.sign:
        units = [unit_before(f"{code} {quantity.after}") for code in CURRENCY_SIGNS[quantity.sign].split()]
    for unit in units:
        if unit is None or (not gold.unit and (_is_price(unit) or (gold.type == "integer" and unit.dimension))):
            return quantity.value  # no unit was given, or none was recorded and a count has its noun
        value = converted(quantity.value, unit, target)
        if value is not None:
            return value
    return None


def _is_price(unit: Unit) -> bool:
    return any(base in CURRENCIES for base, _ in unit.dimension)


# Dates, texts and sequences -----------------------------------------------------------------------------------------


def _compare_date(gold: Answer, given: Json) -> str:
    right = day_of(gold.value)
    if right is None:
        return _compare_text(gold, given)
    text = _as_text(given) or ""
    days = read_dates(text)
    if days and (word := not_plain(text)):
        return f"{_shown(given)} does not state one day ({word!r})"
    if days and all(readings == {right} for readings in days):
        return ""
    return f"{_shown(given)} is not surely the day {gold.value}" if days else f"no date in {_shown(given)}"


def _as_text(value: Json) -> str | None:
    """A scalar as a person would write it; None for lists and records."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool):
        return {None: "none", True: "true", False: "false"}[value]
    exact = _exact(value)
    if exact is None:
        return None
    return str(exact) if exact.denominator == 1 and abs(exact) < 10**15 else str(value)


def _compare_text(gold: Answer, given: Json) -> str:
    right, found = _as_text(gold.value), _as_text(given)
    if right is None:
        return _compare_part(_part(gold, gold.value), given)
    if found is None or not same_text(right, found):
        return f"{_shown(given)} is not {_shown(right)}"
    return ""


def _compare_sequence(gold: Answer, given: Json) -> str:
    same = isinstance(given, str) and _letters(given) == _letters(str(gold.value))
    return "" if same else f"{_shown(given)} is not the sequence"


def _letters(sequence: str) -> str:
    """The letters of a sequence: no FASTA header, spaces or 5'-...-3' marks, upper case."""
    lines = [line for line in sequence.splitlines() if not line.startswith(">")]
    text = "".join("".join(lines).split()).upper()
    ends = re.fullmatch(r"5['′’]-?(.*?)-?3['′’]", text)
    return ends[1] if ends else text


# Sets, lists and records --------------------------------------------------------------------------------------------


def _part(gold: Answer, right: Json) -> Answer:
    """A part of an answer as an answer, typed by its value."""
    kind: AnswerType = "text"
    tolerance = gold.tolerance
    if isinstance(right, int | float) and not isinstance(right, bool):
        kind = "number" if isinstance(right, float) or gold.tolerance > 0 else "integer"
        tolerance = tolerance or _shown_tolerance(right)
    elif isinstance(right, list):
        kind = "list"
    elif isinstance(right, dict):
        kind = "record"
    return Answer.model_construct(type=kind, value=right, unit=gold.unit, tolerance=tolerance)


def _shown_tolerance(right: float) -> float:
    """The tolerance of a part: half a unit of the last decimal place that it shows; a whole number shows none."""
    if isinstance(right, int) or not math.isfinite(right) or right == int(right):
        return 0.0
    return max(tolerance_for(-int(Decimal(repr(right)).as_tuple().exponent)), abs(right) / 10**6)


def _compare_part(part: Answer, given: Json) -> str:
    if part.type in ("number", "integer"):
        return _compare_number(part, given, any_unit=not part.unit)
    return _COMPARE[part.type](part, given)


def _listings(given: Json, right: list[Json]) -> Iterator[list[Json]]:
    """The lists that a value may be."""
    if isinstance(given, list):
        yield given
    elif isinstance(given, str):
        names = [item for item in right if isinstance(item, str)]
        for text in dict.fromkeys((given, *restated(given[:MAX_GIVEN]))):
            yield from split_items(text, names)
    elif not isinstance(given, dict):
        yield [given]


def _compare_set(gold: Answer, given: Json) -> str:
    value = gold.value if isinstance(gold.value, list) else [gold.value]
    right = [_part(gold, item) for item in value]
    reason = f"{_shown(given)} is no list"
    for found in _listings(given, value):
        reason = _set_difference(right, found)
        if not reason:
            return ""
    return reason


def _set_difference(right: list[Answer], found: list[Json]) -> str:
    if len(found) > min(MAX_ITEMS, 4 * len(right) + 10):
        return f"{len(found)} items are too many"
    for item in right:
        if all(_compare_part(item, other) for other in found):
            return f"{_shown(item.value)} is missing"
    for other in found:
        if all(_compare_part(item, other) for item in right):
            return f"{_shown(other)} does not belong"
    return ""


def _compare_list(gold: Answer, given: Json) -> str:
    right = gold.value if isinstance(gold.value, list) else [gold.value]
    reason = f"{_shown(given)} is no list"
    for found in _listings(given, right):
        if len(found) != len(right):
            reason = f"{len(found)} items, not {len(right)}"
            continue
        wrong = (_compare_part(_part(gold, item), other) for item, other in zip(right, found, strict=True))
        reason = next((why for why in wrong if why), "")
        if not reason:
            return ""
    return reason


def _compare_record(gold: Answer, given: Json) -> str:
    if not isinstance(gold.value, dict):
        return f"the right answer {_shown(gold.value)} is no record"
    reason = f"{_shown(given)} is no record"
    texts = [value for value in gold.value.values() if isinstance(value, str)]
    records = [given] if isinstance(given, dict) else read_pairs(given, gold.value, texts) if isinstance(given, str) else ()
    for found in records:
        reason = _record_difference(gold, found)
        if not reason:
            return ""
    return reason


def _record_difference(gold: Answer, found: dict[str, Json]) -> str:
    if len(found) != len(gold.value):
        return f"{len(found)} keys, not {len(gold.value)}"
    values = {folded(key): value for key, value in found.items() if isinstance(key, str)}
    bare = {folded(name): _with_unit(value, unit) for name, unit, value in _bare_labels(found)}
    for key, right in gold.value.items():
        if folded(key) in values:
            reason = _compare_part(_part(gold, right), values[folded(key)])
        elif folded(key) in bare:
            reason = _compare_part(_part(gold, right), bare[folded(key)])
        else:
            return f"{_shown(key)} is missing"
        if reason:
            return f"{key}: {reason}"
    return ""


def _bare_labels(found: dict[str, Json]) -> Iterator[tuple[str, str, Json]]:
    """Labels that name a unit, `mass (g)`, in two, with the value."""
    for key, value in found.items():
        parts = re.fullmatch(r"(.{1,200}?) ?[(\[]([^()\[\]]{1,40})[)\]]", key) if isinstance(key, str) else None
        if parts is not None:
            yield parts[1], parts[2], value


def _with_unit(value: Json, unit: str) -> Json:
    """A bare number with the unit of its label; all else as it is."""
    text = _as_text(value) or ""
    return f"{text} {unit}" if read_unit(unit) and re.fullmatch(r"[-+−\d.,eE ]{1,60}", text) else value


_COMPARE: dict[AnswerType, Callable[[Answer, Json], str]] = {
    "number": _compare_number,
    "integer": _compare_number,
    "date": _compare_date,
    "text": _compare_text,
    "sequence": _compare_sequence,
    "set": _compare_set,
    "list": _compare_list,
    "record": _compare_record,
}
