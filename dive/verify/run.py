"""Verdicts for a run: one line in `verdicts.jsonl` for each solution, in their order, and `verdicts_summary.json`.

Comparison decides first; a judge is asked only about names that it finds different, and in an audit about a share of what it
decided, without changing it. Verdicts are appended as whole lines, and a run that was interrupted goes on where it stopped. They
belong to one judge and one set of rules: with another, all are made again (`again`), and the old ones stay until then.
"""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Literal

from dive.chat import INFRASTRUCTURE, Model, Solution, Verdict
from dive.errors import DiveError
from dive.parallel import Slots
from dive.prompts import Prompts
from dive.runs import SOLUTIONS, VERDICTS, Lines, locked, read_json, read_lines, read_tasks, write_whole
from dive.types import Answer, Json
from dive.verify.grade import Graded, Stated, grade, may_be_judged, may_mean_it, stated_answer
from dive.verify.judge import Judge, Opinion, Seat, judge_prompts
from dive.verify.report import Facets, VerifyReport, reported

SUMMARY, SETTINGS = "verdicts_summary.json", "verdicts_settings.json"
AHEAD = 1_024
"""Verdicts beyond those that are being made that may wait for an earlier one to be written."""
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
    path: Path,
    judge: Model | Seat | None = None,
    settings: VerifySettings | None = None,
    prompts: Prompts | None = None,
    progress: Callable[[int], None] | None = None,
) -> VerifyReport:
    """Rule on every solution of a run, and write and return what it comes to. A judge is closed at the end.

    `progress` is told how many verdicts were made. Raises `DiveError` where solutions or tasks are missing, or verdicts are
    there that another judge or other rules made, and `ModelError` where the budget is spent or the judge's key refused; what is
    written stays.
    """
    how, said = settings or VerifySettings(), prompts or judge_prompts()
    if how.audit and judge is None:
        raise DiveError("an audit needs a judge")
    if not 0 <= how.audit <= 1:
        raise DiveError(f"the audit's share is {how.audit}; give 0 to 1")
    seat = judge if judge is None or isinstance(judge, Seat) else Seat.of(judge)
    judge_id = seat.id(said) if seat is not None else ""
    questions = {task.key: Question(task.query, task.answer, Facets.of(task)) for task in read_tasks(path)}
    with locked(path, ".verify.lock"):
        with Lines(_file(path, judge_id, how)) as lines:
            waiting = _unruled(path, lines, questions)
            for number, verdict in enumerate(_ruled(waiting, Bench(questions, seat, said, judge_id, how)), 1):
                lines.append(verdict)
                if progress is not None:
                    progress(number)
        if lines.path.name != VERDICTS:
            lines.path.replace(path / VERDICTS)
            write_whole(path / SETTINGS, _settings_text(judge_id, how))
        facets = {key: question.facets for key, question in questions.items()}
        report = reported(path.name, judge_id, read_lines(path / VERDICTS, Verdict), facets)
        write_whole(path / SUMMARY, report.model_dump_json(indent=2) + "\n")
    return report


@dataclass(frozen=True, slots=True)
class Bench:
    """What all verdicts of a run are made with."""

    questions: Mapping[str, Question]
    seat: Seat | None
    prompts: Prompts
    judge_id: str
    settings: VerifySettings

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Callable[[Solution], Awaitable[Verdict]]]:
        """The function that rules on a solution, with the judge that is closed after it."""
        assert self.seat is not None
        async with self.seat.opened() as model:
            yield Verifier(self, Judge(model, self.prompts)).verdict


def _ruled(waiting: Iterable[Solution], bench: Bench) -> Iterator[Verdict]:
    """The verdicts on solutions, in their order."""
    if bench.seat is None:
        for solution in waiting:
            yield decided(bench.questions[solution.task].answer, solution)
        return
    with Slots(bench.opened, bench.settings.concurrency) as slots:
        yield from slots.map(waiting, bench.settings.concurrency + AHEAD)


@dataclass(frozen=True, slots=True)
class Verifier:
    """Rules on one solution at a time, with a judge."""

    bench: Bench
    judge: Judge

    async def verdict(self, solution: Solution) -> Verdict:
        """The verdict, with the judge's word where it is asked."""
        question = self.bench.questions[solution.task]
        first = decided(question.answer, solution)
        if first.method == "none":
            return first
        stated = stated_answer(question.answer, solution.trace.final)
        if first.ruling == "wrong" and may_mean_it(question.answer, stated):
            return _judged(first, await self._opinion(question, stated), self.bench.judge_id)
        if may_be_judged(question.answer, stated) and self._drawn(solution):
            return _audited(first, await self._opinion(question, stated), self.bench.judge_id)
        return first

    async def _opinion(self, question: Question, stated: Stated) -> Opinion:
        return await self.judge.opinion(question.query, question.answer, stated.text)

    def _drawn(self, solution: Solution) -> bool:
        settings = self.bench.settings
        return Random(f"{settings.seed}/{solution.key}").random() < settings.audit


def decided(answer: Answer, solution: Solution) -> Verdict:
    """The verdict without a judge: what infrastructure lost is unscored, what has no answer is wrong. An attempt that failed
    after a tool could not be reached is unscored as well.
    """
    trace = solution.trace
    gone = next((call for call in trace.calls if call.failure is not None and call.failure.code == "unavailable"), None)
    if trace.ending in INFRASTRUCTURE:
        return _verdict(solution, Graded("unscored", f"{trace.ending}: {trace.note}".rstrip(": ")), "none")
    graded = grade(answer, trace.final) if trace.ending == "answered" else Graded("wrong", f"{trace.ending}: no answer")
    if graded.ruling == "wrong" and gone is not None:
        graded = Graded("unscored", f"{gone.tool} was unavailable")
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


def _audited(first: Verdict, opinion: Opinion, judge: str) -> Verdict:
    """The verdict of comparison, with what a judge says beside it."""
    agrees = None if opinion.correct is None else opinion.correct == (first.ruling == "correct")
    reason = first.reason if agrees else f"{first.reason or 'equal'}; judge: {opinion.reason}"
    return first.model_copy(update={"judge": judge, "agrees": agrees, "reason": reason})


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


def _file(path: Path, judge_id: str, how: VerifySettings) -> Path:
    """Where verdicts go: on with those that are there, or into a new file beside them."""
    own, text = path / VERDICTS, _settings_text(judge_id, how)
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


def _settings_text(judge_id: str, how: VerifySettings) -> str:
    settings: Json = {"rules": RULES, "judge": judge_id, "audit": how.audit, "seed": how.seed}
    return json.dumps(settings, indent=2) + "\n"
