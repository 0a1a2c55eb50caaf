"""Ways in which a person states an answer: what the grader has to accept, as a check of itself on every task's own answer."""

import json
from collections.abc import Iterable, Iterator
from datetime import date

from dive.types import Answer, Json, Task
from dive.verify.grade import grade

WRAPPINGS = (
    "Final answer: {}",
    "I looked it up, step by step.\n\nFinal answer: {}",
    "**Final answer:** {}",
    "**Final answer: {}**",
    "Final answer:\n{}",
    "### Final Answer: {}",
    "<think>Could it be 17, or 18? Final answer: 17</think>Final answer: {}",
    "{}",
)
"""Replies around an answer."""


def phrasings(answer: Answer) -> list[str]:
    """The answer in the ways in which people write it; the plainest first."""
    return list(dict.fromkeys(_BY_TYPE[answer.type](answer)))


def gold_faults(tasks: Iterable[Task]) -> Iterator[tuple[str, str, str]]:
    """Every task's own answer, in every phrasing, that the grader does not accept: key, reply, reason."""
    for task in tasks:
        told = phrasings(task.answer)
        replies = [wrapping.replace("{}", told[0]) for wrapping in WRAPPINGS] + [f"Final answer: {text}" for text in told[1:]]
        for reply in replies:
            graded = grade(task.answer, reply)
            if graded.ruling != "correct":
                yield task.key, reply, graded.reason


def _number(answer: Answer) -> Iterator[str]:
    shown = _shown(answer.value)
    grouped = f"{answer.value:,}" if isinstance(answer.value, int | float) and "e" not in shown else shown
    unit = f" {answer.unit}" if answer.unit else ""
    for text in (shown, grouped):
        yield f"{text}{unit}"
        yield f"**{text}**{unit}"
        yield f"It is {text}{unit}."
        yield f"approximately {text}{unit}"
        yield text
    yield f"{shown.replace('-', '−')}{unit}"
    yield f"${shown}$" if not unit else f"${shown}\\ \\text{{{answer.unit}}}$"
    yield f"\\boxed{{{shown}}}"
    yield f"I am not sure, but I think {shown}{unit}"
    yield json.dumps({"answer": answer.value})


def _date(answer: Answer) -> Iterator[str]:
    yield answer.value
    try:
        day = date.fromisoformat(answer.value[:10])
    except ValueError:
        return
    for text in (
        f"{day.day} {day:%B} {day.year:04}",
        f"{day:%B} {day.day}, {day.year:04}",
        f"{day:%A}, {day.day} {day:%b} {day.year:04}",
    ):
        yield text
        yield f"It was {text}."
    yield f"{day:%d.%m}.{day.year:04}"
    yield f"probably {answer.value}"


def _text(answer: Answer) -> Iterator[str]:
    text = _shown(answer.value)
    yield text
    if "\n" in text:
        return
    yield f"{text}." if text[-1:].isalnum() else text
    yield f"**{text}**"
    yield f"`{text}`"
    if '"' not in text:
        yield f'"{text}"'
        yield json.dumps({"answer": text}, ensure_ascii=False)
    yield f"It is {text}"
    yield f"The name is {text}"
    yield f"probably {text}"
    yield text.upper() if text.islower() and text.isalpha() else text


def _sequence(answer: Answer) -> Iterator[str]:
    text = str(answer.value)
    yield text
    yield text.lower()
    yield f"5'-{text}-3'"
    yield ">sequence\n" + "\n".join(text[start : start + 60] for start in range(0, len(text), 60))


def _many(answer: Answer) -> Iterator[str]:
    items = list(map(_shown, answer.value))
    yield "\n".join(f"- {item}" for item in items)
    yield "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))
    yield "; ".join(items)
    yield ", ".join(items)
    yield json.dumps(answer.value, ensure_ascii=False)
    yield "```json\n" + json.dumps(answer.value, indent=2, ensure_ascii=False) + "\n```"
    if len(items) > 1:
        yield f"{', '.join(items[:-1])} and {items[-1]}"
        yield f"{', '.join(items[:-1])}, and {items[-1]}"
        yield f"They are {', '.join(items[:-1])} and {items[-1]}."


def _set(answer: Answer) -> Iterator[str]:
    yield from _many(answer)
    yield from _many(answer.model_copy(update={"value": answer.value[::-1]}))


def _record(answer: Answer) -> Iterator[str]:
    unit = f" {answer.unit}" if answer.unit else ""
    pairs = {key: _shown(value) + (unit if isinstance(value, int | float) else "") for key, value in answer.value.items()}
    yield "; ".join(f"{key}: {value}" for key, value in pairs.items())
    yield "\n".join(f"- **{key}**: {value}" for key, value in pairs.items())
    yield "\n".join(f"{key[:1].upper()}{key[1:]}: {value}" for key, value in pairs.items())
    yield ", ".join(f"{key} = {value}" for key, value in pairs.items())
    yield ", ".join(f"{key} is {value}" for key, value in pairs.items())
    yield json.dumps(answer.value, ensure_ascii=False)
    yield json.dumps(pairs, indent=2, ensure_ascii=False)
    yield "```json\n" + json.dumps(answer.value, indent=1, ensure_ascii=False) + "\n```"
    if not any("|" in part for pair in pairs.items() for part in pair):
        yield f"| {' | '.join(pairs)} |\n|{'---|' * len(pairs)}\n| {' | '.join(pairs.values())} |"
        yield "| label | value |\n|---|---|\n" + "\n".join(f"| {key} | {value} |" for key, value in pairs.items())
    yield "; ".join(f"{key}: {value}" for key, value in reversed(pairs.items()))


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


_BY_TYPE = {
    "number": _number, "integer": _number, "date": _date, "text": _text, "sequence": _sequence,
    "set": _set, "list": _many, "record": _record,
}  # fmt: skip
