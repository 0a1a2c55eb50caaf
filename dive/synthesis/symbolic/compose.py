"""Composing: an ask becomes the sentences of a query, in the manner of an exemplar."""

import random
import re
from collections.abc import Callable

from dive.synthesis.symbolic import forms_many as many
from dive.synthesis.symbolic import forms_one as one
from dive.synthesis.symbolic.asked import Ask
from dive.synthesis.symbolic.openers import opener, subject
from dive.synthesis.symbolic.phrasing import Ambiguous
from dive.synthesis.symbolic.tell import Teller

__all__ = ["FORMS", "Ambiguous", "compose"]

FORMS: dict[str, Callable[[Teller, Ask], one.Question]] = {
    "value": one.single_value, "count": one.count_items, "count_where": one.count_where, "all": one.every,
    "names_where": one.names_where, "best_item": one.best_item, "top_items": one.top_items, "mean_of": one.mean_of,
    "record": one.record_of, "conditional": one.conditional,
    "difference": many.difference, "ratio": many.ratio, "best": many.best_of, "rank": many.rank_by,
    "mean": many.reduction("mean"), "sum": many.reduction("sum"), "range": many.reduction("range"),
    "names_above": many.names_above, "both": many.both, "names_both": many.both, "of_best": many.of_best, "table": many.table_of,
}  # fmt: skip


def compose(ask: Ask, manner: str, domain: str, rng: random.Random) -> str:
    """The whole query. Raises `Ambiguous` where its words would have two readings."""
    teller = Teller(rng)
    if len(ask.focus.branches) == 1:
        teller.prepare(*ask.focus.branches[0].nodes)
    question = FORMS[ask.form](teller, ask)
    sentences = [*teller.sentences, question.text, question.form]
    lead = opener(manner, subject(ask.focus.branches[0].root.semantic, domain), ask.shape, rng)
    query = _STOPS.sub(r"\1", " ".join(sentence for sentence in (lead, *sentences) if sentence))
    if _ALIKE.search(query):
        raise Ambiguous("two things are called the same side by side")
    return query[0].upper() + query[1:]


_STOPS = re.compile(r",([.,?])(?= |$)")
_ALIKE = re.compile(r"\b(that [\w -]{3,40}?) and \1\b")
