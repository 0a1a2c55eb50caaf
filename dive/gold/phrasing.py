"""How a final answer is written: the forms in which a person states a number, a date, a list or a record.

Every form stands on one line, as the question asks, and is accepted by the grader; a form that it does not accept for
this answer (items with commas in a list by commas, say) is left out.
"""

import json
import random
from collections.abc import Iterator
from datetime import date

from dive.answers import answers_match
from dive.gold.vocabulary import with_unit
from dive.solving.conversation import MARK
from dive.synthesis.symbolic import words
from dive.types import Answer, Json

_SIGNS = {"US dollars": "$", "USD": "$", "EUR": "€", "GBP": "£", "euros": "€"}


def final_line(answer: Answer, digits: dict[str, int], rng: random.Random) -> str:
    """The line that states the answer, in one of its forms.

    `digits` says to how many decimals numbers were asked for: under "" that of the answer, under its keys those of a
    record. Raises `ValueError` where no form is accepted, which no answer of a task should come to.
    """
    forms = [f"{MARK} {form}" for form in (*answer_forms(answer, digits), json.dumps(answer.value, ensure_ascii=False))]
    accepted = [form for form in forms if answers_match(answer, form)]
    if not accepted:
        raise ValueError(f"no form of {answer.value!r} is accepted by the grader")
    natural = accepted[:-1] or accepted
    return natural[0] if rng.random() < 0.5 else rng.choice(natural)


def answer_forms(answer: Answer, digits: dict[str, int]) -> list[str]:
    """The forms in which a person states an answer, the plainest first; all on one line."""
    forms = _FORMS[answer.type](answer, digits)
    return list(dict.fromkeys(form for form in forms if form.strip() and len(form.splitlines()) == 1))


# Numbers ------------------------------------------------------------------------------------------------------------


def numerals(value: Json, digits: int | None) -> Iterator[str]:
    """The ways to write a number: to the decimals asked for, plainly, in groups of thousands, with a power of ten."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield str(value)
        return
    plain = words.number(value)
    fixed = f"{value:.{digits}f}" if digits is not None and digits >= 0 else plain
    whole = isinstance(value, int) or digits == 0
    yield f"{value:.0f}" if whole and abs(value) < 1e15 else fixed
    if digits is None:
        yield plain
    if abs(value) >= 1_000:
        yield f"{value:,.0f}" if whole else f"{value:,.{digits}f}" if digits is not None else f"{value:,}"
    if 0 < abs(value) < 1e-3 and "e" not in plain.lower():
        yield f"{value:g}"
    if "e" in plain:
        mantissa, power = plain.split("e")
        yield f"{mantissa} × 10^{int(power)}"


def _number(answer: Answer, digits: dict[str, int]) -> Iterator[str]:
    unit = answer.unit
    for text in numerals(answer.value, digits.get("")):
        yield with_unit(text, _singular(unit) if text == "1" else unit)
        if unit == "%":
            yield f"{text} %"
        if unit in _SIGNS and not text.startswith("-"):
            yield f"{_SIGNS[unit]}{text}"


def _singular(unit: str) -> str:
    if unit == "people":
        return "person"
    return unit.removesuffix("s") if unit.islower() and len(unit) > 3 and not unit.endswith("ss") else unit


# Dates and texts ----------------------------------------------------------------------------------------------------


def _date(answer: Answer, digits: dict[str, int]) -> Iterator[str]:
    yield str(answer.value)
    try:
        day = date.fromisoformat(str(answer.value)[:10])
    except ValueError:
        return
    yield f"{day.day} {day:%B} {day.year}"
    yield f"{day:%B} {day.day}, {day.year}"


def _text(answer: Answer, digits: dict[str, int]) -> Iterator[str]:
    yield answer.value if isinstance(answer.value, str) else words.value(answer.value)


# Lists and records --------------------------------------------------------------------------------------------------


def _listed(answer: Answer, digits: dict[str, int]) -> Iterator[str]:
    items = [_item(item, digits.get(""), answer.unit) for item in answer.value]
    if not items:
        return
    if any("," in item or " and " in item for item in items):
        yield "; ".join(items)
    yield ", ".join(items)
    yield words.series(items)
    yield "; ".join(items)
    if answer.type == "list" and len(items) > 1:
        yield "; ".join(f"{n}. {item}" for n, item in enumerate(items, 1))


def _item(value: Json, digits: int | None, unit: str = "") -> str:
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return with_unit(next(numerals(value, digits)), unit)
    return words.value(value) if not isinstance(value, str) else value


def _record(answer: Answer, digits: dict[str, int]) -> Iterator[str]:
    pairs = [(key, _item(value, digits.get(key), answer.unit)) for key, value in answer.value.items()]
    for between, equals in (("; ", ": "), (", ", ": "), ("; ", " = ")):
        yield between.join(f"{key}{equals}{value}" for key, value in pairs)


_FORMS = {
    "number": _number, "integer": _number, "date": _date, "text": _text, "sequence": _text, "set": _listed,
    "list": _listed, "record": _record,
}  # fmt: skip
