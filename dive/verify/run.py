"""Verdicts for a run: one line in `verdicts.jsonl` for each solution, in their order, and `verdicts_summary.json`.

Comparison decides first; a judge is asked only about names that it finds different, and in an audit about a share of what it
decided, without changing it. Verdicts are appended as whole lines, and a run that was interrupted goes on where it stopped. They
belong to one judge and one set of rules: with another, all are made again (`again`), and the old ones stay until then.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from dive.chat import INFRASTRUCTURE, Model, Solution, Verdict
from dive.errors import DiveError
from dive.parallel import Slots
from dive.prompts import Prompts
from dive.runs import Lines, locked, read_json, read_lines, read_tasks, write_whole
from dive.types import Answer, Json
from dive.verify.grade import Graded, Stated, grade, may_be_judged, may_mean_it, stated_answer
from dive.verify.judge import Judge, Opinion, judge_prompts
from dive.verify.report import Facets, VerifyReport, reported

SOLUTIONS, VERDICTS = "solutions.jsonl", "verdicts.jsonl"
SUMMARY, SETTINGS = "verdicts_summary.json", "verdicts_settings.json"
RULES = 1
"""Number of the grader's rules; another one means that verdicts have to be made again."""


@dataclass(frozen=True, slots=True)
class VerifySettings:
    """How a run is verified."""

    audit: float = 0.0
    """Share of the solutions decided by comparison that the judge rules on as well."""
    seed: int = 0
    """Of the audit's draw."""
    again: bool = False
    """Make all verdicts again."""
    concurrency: int = 32
    """Most questions to the judge at once."""


@dataclass(frozen=True, slots=True)
class Question:
    """Of a task, what a verdict needs."""

    query: str
    answer: Answer
    facets: Facets


def verify_run(
    path: Path, judge: Model | None = None, settings: VerifySettings | None = None, prompts: Prompts | None = None
) -> VerifyReport:
    """Rule on every solution of a run, and write and return what it comes to. The judge is closed at the end.

    Raises `DiveError` where solutions or tasks are missing, or verdicts are there that another judge or other rules made.
    """
    how = settings or VerifySettings()
    if how.audit and judge is None:
        raise DiveError("an audit needs a judge")
    if not 0 <= how.audit <= 1:
        raise DiveError(f"the audit's share is {how.audit}; give 0 to 1")
    questions = {task.key: Question(task.query, task.answer, Facets.of(task)) for task in read_tasks(path)}
    seat = Judge(judge, prompts or judge_prompts()) if judge is not None else None
    lock = locked(path, ".verify.lock")
    try:
        lines = Lines(_file(path, seat, how))
        try:
            _rule_on_all(path, lines, Verifier(questions, seat, how))
        finally:
            lines.close()
        if lines.path.name != VERDICTS:
            lines.path.replace(path / VERDICTS)
            write_whole(path / SETTINGS, _settings_text(seat, how))
        facets = {key: question.facets for key, question in questions.items()}
        report = reported(path.name, seat.id if seat else "", read_lines(path / VERDICTS, Verdict), facets)
        write_whole(path / SUMMARY, report.model_dump_json(indent=2) + "\n")
    finally:
        lock.close()
    return report


@dataclass(frozen=True, slots=True)
class Verifier:
    """Rules on one solution at a time."""

    questions: dict[str, Question]
    judge: Judge | None
    settings: VerifySettings

    async def verdict(self, solution: Solution) -> Verdict:
        """The verdict, with the judge where one is needed."""
        question = self.questions[solution.task]
        first = decided(question.answer, solution)
        if first.method == "none" or self.judge is None:
            return first
        stated = stated_answer(question.answer, solution.trace.final)
        if first.ruling == "wrong" and may_mean_it(question.answer, stated):
            return _judged(first, await self._opinion(question, stated), self.judge.id)
        if may_be_judged(question.answer, stated) and self._drawn(solution):
            opinion = await self._opinion(question, stated)
            agrees = None if opinion.correct is None else opinion.correct == (first.ruling == "correct")
            reason = first.reason if agrees or not opinion.reason else f"{first.reason or 'equal'}; judge: {opinion.reason}"
            return first.model_copy(update={"judge": self.judge.id, "agrees": agrees, "reason": reason})
        return first

    async def _opinion(self, question: Question, stated: Stated) -> Opinion:
        assert self.judge is not None
        return await self.judge.opinion(question.query, question.answer, stated.text)

    def _drawn(self, solution: Solution) -> bool:
        return Random(f"{self.settings.seed}/{solution.key}").random() < self.settings.audit


def decided(answer: Answer, solution: Solution) -> Verdict:
    """The verdict without a judge: what infrastructure lost is unscored, what has no answer is wrong."""
    trace = solution.trace
    if trace.ending in INFRASTRUCTURE:
        return _verdict(solution, Graded("unscored", f"{trace.ending}: {trace.note}".rstrip(": ")), "none")
    if trace.ending != "answered":
        return _verdict(solution, Graded("wrong", f"{trace.ending}: no answer"), "comparison")
    graded = grade(answer, trace.final)
    return _verdict(solution, graded, "none" if graded.ruling == "unscored" else "comparison")


def _verdict(solution: Solution, graded: Graded, method: Literal["comparison", "judge", "none"]) -> Verdict:
    return Verdict(
        solution=solution.key, task=solution.task, solver=solution.solver, sample=solution.sample,
        ruling=graded.ruling, method=method, reason=graded.reason,
    )  # fmt: skip


def _judged(first: Verdict, opinion: Opinion, judge: str) -> Verdict:
    """The verdict of a judge in place of `wrong`; what it leaves open is unscored."""
    if opinion.correct is None:
        return first.model_copy(update={"ruling": "unscored", "method": "none", "reason": opinion.reason, "judge": judge})
    ruling = "correct" if opinion.correct else "wrong"
    return first.model_copy(update={"ruling": ruling, "method": "judge", "reason": opinion.reason, "judge": judge})


def _rule_on_all(path: Path, lines: Lines, verifier: Verifier) -> None:
    """Append a verdict for every solution that has none, in their order."""
    waiting = _unruled(path, lines, verifier.questions)
    if verifier.judge is None:
        for solution in waiting:
            lines.append(decided(verifier.questions[solution.task].answer, solution))
        return
    with Slots(lambda: _sitting(verifier), verifier.settings.concurrency) as slots:
        for verdict in slots.map(waiting, ahead=4 * verifier.settings.concurrency):
            lines.append(verdict)


@asynccontextmanager
async def _sitting(verifier: Verifier) -> AsyncIterator[Callable[[Solution], Awaitable[Verdict]]]:
    """The judge, closed at the end in the loop that it worked in."""
    assert verifier.judge is not None
    try:
        yield verifier.verdict
    finally:
        await verifier.judge.model.close()


def _unruled(path: Path, lines: Lines, questions: Mapping[str, Question]) -> Iterator[Solution]:
    """The solutions after those that have a verdict. Raises `DiveError` where the two files do not belong together."""
    ruled = [verdict.solution for verdict in lines.read(Verdict)]
    place = 0
    for place, solution in enumerate(read_lines(path / SOLUTIONS, Solution), 1):
        if solution.task not in questions:
            raise DiveError(f"{path / SOLUTIONS}:{place} is of task {solution.task}, which {path / 'tasks.jsonl'} does not have")
        if place > len(ruled):
            yield solution
        elif ruled[place - 1] != solution.key:
            raise DiveError(f"{lines.path}:{place} is of another solution than {path / SOLUTIONS}:{place}; give --again")
    if place < len(ruled):
        raise DiveError(f"{lines.path} has {len(ruled)} verdicts for {place} solutions; give --again")


def _file(path: Path, seat: Judge | None, how: VerifySettings) -> Path:
    """Where verdicts go: on with those that are there, or into a new file beside them."""
    own, text = path / VERDICTS, _settings_text(seat, how)
    if how.again and own.exists():
        fresh = path / f"{VERDICTS}.part"
        fresh.unlink(missing_ok=True)
        return fresh
    if own.exists() and own.stat().st_size:
        before, now = read_json(path / SETTINGS), json.loads(text)
        if before != now:
            was = dict(before) if isinstance(before, dict) else {}
            changed = [f"{name} was {was.get(name)!r}, now {now[name]!r}" for name in now if was.get(name) != now[name]]
            raise DiveError(f"{own} was made otherwise ({'; '.join(changed)}); give --again to make all verdicts again")
    write_whole(path / SETTINGS, text)
    return own


def _settings_text(seat: Judge | None, how: VerifySettings) -> str:
    settings: Json = {"rules": RULES, "judge": seat.id if seat else "", "audit": how.audit, "seed": how.seed}
    return json.dumps(settings, indent=2) + "\n"
