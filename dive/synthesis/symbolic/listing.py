"""Lists of a result: what may be said of their items, which item stands out, which hold a condition."""

import operator
import re

from dive.synthesis.symbolic.plan import Condition, Found
from dive.synthesis.symbolic.world import NUMBERS
from dive.tools.fields import ResultField
from dive.types import Json

_CUT = re.compile(r"\b(?:first|last|most|largest|smallest|highest|lowest|top|nearest|best|main|closest|strongest|each|\d+)\b")


def countable(found: Found) -> bool:
    """Whether the number of items says something: not for a list that is cut by its own description ("ten largest")."""
    says = found.field.says
    plain_number = found.field.item is not None and found.field.item.kind in NUMBERS and not found.field.item.semantic
    return bool(says and says.counted) and not plain_number and not (says and _CUT.search(says.noun))


def numeric_fields(found: Found) -> list[ResultField]:
    """Fields of a list's records by which items can be ordered without a tie at either end."""
    ranked = []
    for spec in found.field.fields:
        if spec.kind in NUMBERS and spec.says and spec.says.ask and not spec.says.names and spec.scale != "nominal":
            values = [item.get(spec.name) for item in found.value]
            if sum(v is not None for v in values) >= 3 and len({v for v in values if v is not None}) > 2:
                ranked.append(spec)
    return ranked


def name_field(found: Found) -> ResultField | None:
    """The field by which a person tells the items of a list apart, if it does."""
    named = next((f for f in found.field.fields if f.says and f.says.names), None)
    if named is None:
        return None
    values = [item.get(named.name) for item in found.value]
    return named if None not in values and len(set(map(str, values))) == len(values) else None


def extreme(found: Found, by: ResultField, high: bool, where: Condition | None = None) -> dict[str, Json] | None:
    """The one item with the highest or lowest value, or None where it is not one."""
    chosen = [item for item in matching(found, where) if item.get(by.name) is not None]
    if len(chosen) < 2:
        return None
    best = (max if high else min)(item[by.name] for item in chosen)
    winners = [item for item in chosen if item[by.name] == best]
    return winners[0] if len(winners) == 1 else None


def matching(found: Found, where: Condition | None) -> list[dict[str, Json]]:
    """The items that hold a condition."""
    if where is None:
        return list(found.value)
    test = {"<": operator.lt, ">": operator.gt, "==": operator.eq}[where.op]
    values = [item.get(where.field.name) for item in found.value]
    return [item for item, value in zip(found.value, values, strict=True) if value is not None and test(value, where.value)]
