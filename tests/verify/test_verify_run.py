"""Verdicts of a run: one a line, in order, resumed, unscored where nobody could know, judged where words differ."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from test_verify_judge import Scripted

from dive.chat import Ending, Message, ModelError, ModelErrorCode, Reply, Request, Solution, Trace, Verdict
from dive.commands.verify import print_report, verify
from dive.config import SynthConfig
from dive.errors import DiveError
from dive.runs import read_lines
from dive.types import Answer, Derivation, Round, Seed, Task, digest
from dive.verify.run import VerifySettings, verify_run

pytestmark = pytest.mark.slow

NUMBER = Answer(type="number", value=12.5, unit="kDa", tolerance=0.05)
NAME = Answer(type="text", value="Maple syrup urine disease")
YES, NO = '{"correct": true, "reason": "same"}', '{"correct": false, "reason": "another"}'


def task(index: int, answer: Answer) -> Task:
    derivation = Derivation(steps=(), answer="1")
    seed = Seed(domain="medical", semantic="med.name", value="x", source="test")
    return Task(
        key=f"task{index}", index=index, query=f"What is number {index}?", answer=answer, derivation=derivation, evidence=(),
        toolset=("a",), domain="medical" if index % 2 else "academic", variant="expert", shape="lookup", seed=seed, exemplars=(),
        rounds=(Round(query="q", answer=answer, derivation=derivation, shape="lookup"),),
    )  # fmt: skip


def solution(task: int, sample: int, says: str, ending: Ending = "answered", solver: str = "m") -> Solution:
    messages = (Message(role="user", content="q"), Message(role="assistant", content=says))
    return Solution(
        key=digest([task, sample, solver]), task=f"task{task}", solver=solver, settings="s", sample=sample,
        trace=Trace(messages=messages, ending=ending, note="lost" if ending == "model_error" else ""),
    )  # fmt: skip


SOLUTIONS = [
    solution(0, 0, "Final answer: 12.5 kDa"),
    solution(0, 1, "Final answer: 13 kDa"),
    solution(0, 2, "Final answer: 12.5 kDa", "turns"),
    solution(0, 3, "", "model_error"),
    solution(1, 0, "Final answer: Maple syrup urine disease"),
    solution(1, 1, "Final answer: MSUD"),
    solution(1, 2, "Final answer: MSUD or phenylketonuria"),
    solution(1, 3, "I will not say.", "refused"),
    solution(1, 0, "", "empty", "n"),
    solution(1, 1, "Final answer: phenylketonuria", "answered", "n"),
    solution(0, 0, "", "time", "n"),
]


def a_run(path: Path, solutions: list[Solution] = SOLUTIONS, tasks: int = 2) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    (path / "config.yaml").write_text(yaml.safe_dump(SynthConfig(out=str(path)).model_dump(mode="json")))
    made = [task(index, NAME if index % 2 else NUMBER) for index in range(tasks)]
    (path / "tasks.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in made))
    (path / "solutions.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in solutions))
    return path


def verdicts(path: Path) -> list[Verdict]:
    return list(read_lines(path / "verdicts.jsonl", Verdict))


class Knowing(Scripted):
    """A judge that knows one disease by its short name, and takes the rest for wrong."""

    def __init__(self) -> None:
        super().__init__("")

    async def complete(self, request: Request) -> Reply:
        self.asked.append(request)
        text = request.messages[-1].content
        right = 'Given answer: "MSUD"' in text or 'Given answer: "12.5 kDa"' in text
        return Reply(message=Message(role="assistant", content=YES if right else NO), finish="stop")


# What goes wrong ----------------------------------------------------------------------------------------------------


def test_a_folder_without_solutions_or_tasks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DiveError, match=r"no config\.yaml"):
        verify_run(tmp_path)
    (a_run(tmp_path) / "solutions.jsonl").unlink()
    with pytest.raises(DiveError, match=r"solutions\.jsonl does not exist"):
        verify_run(tmp_path)


def test_a_solution_of_an_unknown_task_is_refused_by_name(tmp_path: Path) -> None:
    a_run(tmp_path, [SOLUTIONS[0], solution(9, 0, "Final answer: 1")])
    with pytest.raises(DiveError, match="task9"):
        verify_run(tmp_path)
    assert len(verdicts(tmp_path)) == 1


@pytest.mark.parametrize(
    ("audit", "judge", "what"), [(0.5, None, "needs a judge"), (1.5, Scripted(YES), "0 to 1"), (-1, Scripted(YES), "0 to 1")]
)
def test_an_audit_needs_a_judge_and_a_share(tmp_path: Path, audit: float, judge: Scripted | None, what: str) -> None:
    with pytest.raises(DiveError, match=what):
        verify_run(a_run(tmp_path), judge, VerifySettings(audit=audit))
    assert not (tmp_path / "verdicts.jsonl").exists()


def test_two_writers_at_once_are_refused(tmp_path: Path) -> None:
    from dive.runs import locked

    with locked(a_run(tmp_path), ".verify.lock"), pytest.raises(DiveError, match="another process"):
        verify_run(tmp_path)


@pytest.mark.parametrize("says", ["", "correct", '{"correct": "yes"}', ModelError("unavailable", "no")])
def test_a_judge_that_does_not_say_leaves_unscored_never_wrong(tmp_path: Path, says: str | ModelError) -> None:
    judge = Scripted(says)
    report = verify_run(a_run(tmp_path), judge)
    named = {verdict.solution: verdict for verdict in verdicts(tmp_path)}
    for asked in (SOLUTIONS[5], SOLUTIONS[9]):
        assert (named[asked.key].ruling, named[asked.key].method) == ("unscored", "none")
        assert named[asked.key].judge.startswith("judge ")
    assert len(judge.asked) == 2
    assert report.overall.unscored == 4
    assert judge.closed == 1


@pytest.mark.parametrize("code", ["budget", "denied", "down"])
def test_a_spent_budget_or_a_refused_key_stops_it_and_loses_nothing(tmp_path: Path, code: ModelErrorCode) -> None:
    judge = Scripted(ModelError(code, "no more"))
    with pytest.raises(ModelError, match="no more"):
        verify_run(a_run(tmp_path), judge)
    assert judge.closed == 1
    assert [verdict.solution for verdict in verdicts(tmp_path)] == [one.key for one in SOLUTIONS[:5]]
    assert verify_run(tmp_path, Scripted(YES)).overall.n == len(SOLUTIONS)


# What comes of it ---------------------------------------------------------------------------------------------------


def test_every_solution_has_one_verdict_in_order_and_infrastructure_is_unscored(tmp_path: Path) -> None:
    report = verify_run(a_run(tmp_path))
    found = verdicts(tmp_path)
    assert [verdict.solution for verdict in found] == [one.key for one in SOLUTIONS]
    rulings = [verdict.ruling for verdict in found]
    assert rulings == [
        "correct",
        "wrong",
        "wrong",
        "unscored",
        "correct",
        "wrong",
        "wrong",
        "wrong",
        "wrong",
        "wrong",
        "unscored",
    ]
    assert found[2].reason.startswith("turns")
    assert found[3].method == "none"
    assert found[3].reason == "model_error: lost"
    assert found[7].reason.startswith("refused")
    assert all(not verdict.judge and verdict.agrees is None for verdict in found)
    assert (report.overall.n, report.overall.correct, report.overall.wrong, report.overall.unscored) == (11, 2, 7, 2)
    assert report.overall.accuracy == 2 / 9
    assert json.loads((tmp_path / "verdicts_summary.json").read_text()) == report.model_dump(mode="json")


def test_the_report_counts_by_solver_task_and_facet(tmp_path: Path) -> None:
    report = verify_run(a_run(tmp_path))
    first, second = report.solvers
    assert (first.solver, second.solver) == ("m", "n")
    assert first.passes == {"1/3": 1, "1/4": 1}
    assert second.passes == {"0/0": 1, "0/2": 1}
    assert first.pass_at[1].value == pytest.approx((1 / 3 + 1 / 4) / 2)
    assert first.pass_at[2].value == pytest.approx((2 / 3 + 1 / 2) / 2)
    assert (first.pass_at[4].value, first.pass_at[4].tasks) == (1, 1)
    assert 8 not in first.pass_at
    assert first.endings == {"model_error": 1, "refused": 1, "turns": 1}
    assert {name: tally.n for name, tally in first.by_domain.items()} == {"academic": 4, "medical": 4}
    assert set(first.by_type) == {"number", "text"}
    assert first.by_type["text"].accuracy == 0.25
    assert second.by_domain["academic"].accuracy is None


def test_a_judge_rules_on_names_only_and_sees_no_reply(tmp_path: Path) -> None:
    judge = Knowing()
    report = verify_run(a_run(tmp_path), judge)
    found = verdicts(tmp_path)
    assert [verdict.method for verdict in found].count("judge") == 2
    assert (found[5].ruling, found[5].method) == ("correct", "judge")
    assert (found[9].ruling, found[9].method, found[9].reason) == ("wrong", "judge", "another")
    assert found[6].ruling == "wrong"
    assert found[6].method == "comparison"  # two answers never reach the judge
    assert len(judge.asked) == 2
    assert all("Final answer" not in request.messages[-1].content for request in judge.asked)
    assert report.judge == found[5].judge
    assert report.audit is None


def test_an_audit_asks_about_a_share_and_changes_no_ruling(tmp_path: Path) -> None:
    plain = [verdict.ruling for verdict in (verify_run(a_run(tmp_path / "a"), Knowing()), verdicts(tmp_path / "a"))[1]]
    report = verify_run(a_run(tmp_path / "b"), Knowing(), VerifySettings(audit=1))
    found = verdicts(tmp_path / "b")
    assert [verdict.ruling for verdict in found] == plain
    assert report.audit is not None
    counts = report.audit
    assert (counts.both_correct, counts.only_comparison, counts.only_judge, counts.both_wrong) == (1, 1, 0, 1)
    assert (counts.judged, counts.silent) == (3, 0)
    assert counts.agreement == pytest.approx(2 / 3)
    assert counts.kappa == pytest.approx(0.4)
    assert [one.solution for one in counts.disagreements] == [SOLUTIONS[4].key]
    assert "judge: another" in counts.disagreements[0].reason
    silent = verify_run(a_run(tmp_path / "c"), Scripted("?"), VerifySettings(audit=1)).audit
    assert silent is not None
    assert (silent.judged, silent.silent, silent.agreement, silent.kappa) == (0, 3, None, None)


def test_the_draw_of_an_audit_depends_on_its_seed_and_nothing_else(tmp_path: Path) -> None:
    many = [solution(0, sample, "Final answer: 12.5 kDa") for sample in range(200)]

    def drawn(name: str, seed: int, concurrency: int) -> list[str]:
        verify_run(a_run(tmp_path / name, many), Knowing(), VerifySettings(audit=0.2, seed=seed, concurrency=concurrency))
        return [verdict.solution for verdict in verdicts(tmp_path / name) if verdict.judge]

    first = drawn("a", 0, 1)
    assert 20 < len(first) < 60
    assert first == drawn("b", 0, 16)
    assert first != drawn("c", 1, 16)


def test_verdicts_come_in_order_whatever_the_judge_takes(tmp_path: Path) -> None:
    import asyncio

    class Slow(Knowing):
        async def complete(self, request: Request) -> Reply:
            await asyncio.sleep(0.01 * (len(request.messages[-1].content) % 3))
            return await super().complete(request)

    many = [solution(1, sample, f"Final answer: name {'x' * (sample % 7)}") for sample in range(60)]
    verify_run(a_run(tmp_path, many), Slow(), VerifySettings(concurrency=8))
    assert [verdict.solution for verdict in verdicts(tmp_path)] == [one.key for one in many]


# Going on -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [0, 1, 40, 300, 900, 1500])
def test_it_goes_on_where_it_was_torn_and_ends_with_the_same_bytes(tmp_path: Path, cut: int) -> None:
    judge = Knowing()
    verify_run(a_run(tmp_path), judge, VerifySettings(audit=1))
    whole = (tmp_path / "verdicts.jsonl").read_bytes()
    (tmp_path / "verdicts.jsonl").write_bytes(whole[:cut])
    again = Knowing()
    verify_run(tmp_path, again, VerifySettings(audit=1))
    assert (tmp_path / "verdicts.jsonl").read_bytes() == whole
    assert len(again.asked) <= len(judge.asked)
    idle = Knowing()
    verify_run(tmp_path, idle, VerifySettings(audit=1))
    assert idle.asked == []


def test_more_solutions_get_their_verdicts_later(tmp_path: Path) -> None:
    verify_run(a_run(tmp_path, SOLUTIONS[:4]))
    before = (tmp_path / "verdicts.jsonl").read_bytes()
    report = verify_run(a_run(tmp_path))
    assert (tmp_path / "verdicts.jsonl").read_bytes().startswith(before)
    assert report.overall.n == len(SOLUTIONS)


CHANGES: list[tuple[str, Callable[[], dict[str, Any]]]] = [
    ("another judge", lambda: {"judge": Scripted(NO, name="other")}),
    ("no judge", lambda: {}),
    ("an audit", lambda: {"judge": Scripted(YES), "settings": VerifySettings(audit=0.5)}),
]


@pytest.mark.parametrize(("what", "how"), CHANGES)
def test_verdicts_of_other_settings_are_kept_unless_made_again(
    tmp_path: Path, what: str, how: Callable[[], dict[str, Any]]
) -> None:
    verify_run(a_run(tmp_path), Scripted(YES))
    before = (tmp_path / "verdicts.jsonl").read_bytes()
    with pytest.raises(DiveError, match="--again"):
        verify_run(tmp_path, **how())
    assert (tmp_path / "verdicts.jsonl").read_bytes() == before
    changed = how()
    audit = changed.pop("settings", VerifySettings()).audit
    verify_run(tmp_path, **changed, settings=VerifySettings(audit=audit, again=True))
    assert (tmp_path / "verdicts.jsonl").read_bytes() != before
    assert len(verdicts(tmp_path)) == len(SOLUTIONS)
    assert sorted(part.name for part in tmp_path.glob("verdicts*")) == [
        "verdicts.jsonl",
        "verdicts_settings.json",
        "verdicts_summary.json",
    ]


def test_a_failure_while_making_verdicts_again_keeps_the_old_ones(tmp_path: Path) -> None:
    class Broken(Scripted):
        async def complete(self, request: Request) -> Reply:
            raise ZeroDivisionError

    verify_run(a_run(tmp_path), Scripted(YES))
    before = (tmp_path / "verdicts.jsonl").read_bytes()
    with pytest.raises(ZeroDivisionError):
        verify_run(tmp_path, Broken(""), VerifySettings(again=True))
    assert (tmp_path / "verdicts.jsonl").read_bytes() == before
    idle = Scripted(YES)
    verify_run(tmp_path, idle)
    assert idle.asked == []


def test_solutions_that_changed_are_noticed(tmp_path: Path) -> None:
    verify_run(a_run(tmp_path))
    with pytest.raises(DiveError, match="--again"):
        verify_run(a_run(tmp_path, SOLUTIONS[::-1]))
    with pytest.raises(DiveError, match="--again"):
        verify_run(a_run(tmp_path, SOLUTIONS[:3]))
    assert verify_run(tmp_path, settings=VerifySettings(again=True)).overall.n == 3


# The command --------------------------------------------------------------------------------------------------------


def test_the_command_prints_tables_and_json(tmp_path: Path) -> None:
    a_run(tmp_path)
    told = CliRunner().invoke(verify, [str(tmp_path), "--json"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["overall"]["correct"] == 2
    shown = CliRunner().invoke(verify, [str(tmp_path)])
    assert shown.exit_code == 0
    for word in ("solver", "pass@1", "domain", "answer type", "shape", "1/3 in 1 task", "model_error 1", "2 unscored"):
        assert word in shown.stdout, word


def test_the_command_prints_an_audit(tmp_path: Path) -> None:
    from rich.console import Console

    console = Console(record=True, width=120, highlight=False)
    print_report(verify_run(a_run(tmp_path), Knowing(), VerifySettings(audit=1)), console)
    text = console.export_text()
    assert "agreement 66.7 %" in text
    assert "kappa 0.40" in text
    assert SOLUTIONS[4].key in text


def test_gold_answers_are_accepted_and_a_broken_one_is_named(tmp_path: Path) -> None:
    a_run(tmp_path)
    told = CliRunner().invoke(verify, [str(tmp_path), "--gold"])
    assert told.exit_code == 0
    assert "2 of 2 tasks" in told.stdout
    broken = [task(0, Answer(type="number", value="no number")), task(1, NAME)]
    (tmp_path / "tasks.jsonl").write_text("".join(one.model_dump_json() + "\n" for one in broken))
    told = CliRunner().invoke(verify, [str(tmp_path), "--gold", "--json"])
    assert told.exit_code == 1
    found = json.loads(told.stdout)
    assert (found["tasks"], found["accepted"]) == (2, 1)
    assert {fault["task"] for fault in found["faults"]} == {"task0"}
