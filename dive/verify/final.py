"""The final answers of a reply: every statement that it marks as its answer.

A line that begins with `Final answer:`, `\\boxed{}` and `<answer>` mark one, and all that are marked count, so that a reply with
two answers shows both. Without any, what follows the last `the answer is`, or the whole reply, stands for it. What a model
thinks aloud before `</think>` is not part of the reply. Time is linear in the reply.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from dive.readings import bare, final_text

MAX_ANSWERS = 20
"""Of more marked answers than this, the rest is not read."""
_MARKED = re.compile(
    r"^[ \t>#*_`~-]{0,12}(?:(?:my|the|so|so,) ){0,2}final[ _]answers?(?: is| are)?[ \t*_`~]{0,8}(?:[:：=][ \t*]{0,8}|$)",
    re.IGNORECASE | re.MULTILINE,
)
_SPOKEN = re.compile(r"\b(?:the|my)(?: final| correct| right)? answers? (?:is|are)\b[ :*]{0,8}", re.IGNORECASE)
_BRACES = re.compile(r"\\boxed\{|(?<!\\)[{}]")
_LISTED = re.compile(r"\s*(?:[-*•–·|]\s*|\(?\d{1,3}[.)]\s+)\S")
_OPEN = re.compile(r"[:{\[,]\s*$")
_CLOSING = re.compile(r"(?:\s|<\|[^|<>\s]{1,40}\|>|</s>|<eos>|<end_of_turn>)+$")


@dataclass(frozen=True, slots=True)
class Final:
    """What a reply gives as its answer."""

    statements: tuple[str, ...]
    """The different answers that it marks, in their order; one, where it is as it should be."""
    after: str = ""
    """What the reply goes on to say after its last marked answer."""
    too_many: bool = False
    """Whether more answers are marked than are read."""


def final_answers(reply: str, lines: bool = False) -> Final:
    """The answers of a reply; with `lines`, an answer may take several, as a list or a record does."""
    said = reply.rpartition("</think>")[2]
    closing = _CLOSING.search(said, max(0, len(said) - 200))
    said = said[: closing.start()] if closing else said
    marks = list(islice(_MARKED.finditer(said), MAX_ANSWERS + 1))
    found, after = list[str](), ""
    for number, mark in enumerate(marks[:MAX_ANSWERS]):
        end = marks[number + 1].start() if number + 1 < len(marks) else len(said)
        statement, after = _statement(said[mark.end() : end].strip("\n"), lines)
        found.append(statement)
    boxed = [said[start:end] for start, end in islice(_boxes(said), MAX_ANSWERS + 1)]
    tagged = list(islice(_tagged(said), MAX_ANSWERS + 1))
    found += [*boxed, *tagged]
    too_many = max(len(marks), len(boxed), len(tagged)) > MAX_ANSWERS
    return Final(tuple(dict.fromkeys(map(_bare, found or _spoken(said)))), after.strip(), too_many)


def _bare(text: str) -> str:
    """A statement without what encloses it or parts of it; what stands beside a box stays: `4 or \\boxed{3}` is `4 or 3`."""
    if "\\boxed{" in text:
        pieces, end = list[str](), 0
        for start, stop in _boxes(text):
            pieces += [text[end : start - len("\\boxed{")], text[start:stop]]
            end = stop + 1
        text = "".join([*pieces, text[end:]])
    if "answer>" in text:
        text = text.replace("<answer>", " ").replace("</answer>", " ")
    return bare(text)


def _statement(text: str, lines: bool) -> tuple[str, str]:
    """The statement that a text begins with, and the rest: a line, a block of code, or with `lines` a paragraph or list."""
    if text.startswith("```"):
        block, fence, rest = text[3:].partition("```")
        return (block.partition("\n")[2] or block, rest) if fence else (text, "")
    rows = text.splitlines(keepends=True)
    taken = 1
    while lines and taken < len(rows):
        following = taken
        while following < len(rows) and not rows[following].strip():
            following += 1
        blank = following > taken
        if blank and not (following < len(rows) and (_LISTED.match(rows[following]) or _OPEN.search(rows[taken - 1][-40:]))):
            break
        taken = following + 1
    return "".join(rows[:taken]).strip(), "".join(rows[taken:])


def _boxes(text: str) -> Iterator[tuple[int, int]]:
    """Where the contents of every `\\boxed{}` begin and end, brackets inside it included; what is never closed does not count."""
    if "\\boxed{" not in text:
        return
    start, depth = 0, 0
    for mark in _BRACES.finditer(text):
        if depth == 0 and len(mark[0]) > 1:
            start, depth = mark.end(), 1
        elif depth:
            depth += -1 if mark[0] == "}" else 1
            if depth == 0:
                yield start, mark.start()


def _tagged(text: str) -> Iterator[str]:
    """What stands in `<answer>` tags."""
    for part in text.split("<answer>")[1:]:
        inside, closed, _ = part.partition("</answer>")
        if closed:
            yield inside


def _spoken(text: str) -> list[str]:
    """Short answers that the text states on its way, and what stands at its end."""
    marks = list(islice(_SPOKEN.finditer(text), MAX_ANSWERS))
    earlier = (text[mark.end() : mark.end() + 60].partition("\n")[0].partition(". ") for mark in marks[:-1])
    return [*(sentence for sentence, stop, _ in earlier if stop), final_text(text)]
