"""The commands with a model behind a real server: looking ahead, limits, resuming, mixing, gold, and reading what came out."""

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner

from dive.chat import Solution
from dive.cli import cli
from dive.errors import DiveError
from dive.fake.process import fake_server
from dive.runs import read_lines, read_tasks
from dive.synthesis.check import check_run

CELLAR = Path(__file__).parent / "toys" / "cellar.py"
OWN = ["--tools", str(CELLAR), "--only", "--domain", "cellar", "--toolset-min", "1", "--workers", "1"]
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server():
    with fake_server(policy="symbolic", tools=(CELLAR,), only=True, skill=0.7) as running:
        yield running


def dive(*words: str) -> str:
    """What a command prints on standard output. A `DiveError` is raised as it is."""
    done = CliRunner().invoke(cli, list(map(str, words)))
    if isinstance(done.exception, DiveError):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def roles(server, name="fake", settings="") -> list[str]:
    model = f"openai:{name}@{server.url}{settings}"
    return ["--collector", model, "--deriver", model]


def test_a_look_ahead_says_what_a_run_takes_and_the_run_does_not_pay_for_it_again(server, tmp_path):
    out = tmp_path / "run"
    prices = "?price_in=1&price_out=2"
    seen = json.loads(dive("synth", *roles(server, settings=prices), *OWN, "--tasks", 6, "--out", out, "--dry-run", 4, "--json"))
    likely = seen["estimate"]
    assert sum(seen["fates"].values()) == likely["sampled"] == 4
    assert likely["cost"]["likely"] > 0 and likely["prompt"]["likely"] > likely["completion"]["likely"] > 0
    assert not (out / "tasks.jsonl").exists()
    before = len(server.log())
    dive("synth", *roles(server, settings=prices), *OWN, "--tasks", len(seen["queries"]), "--out", out)
    log = server.log()
    assert not {entry.key for entry in log[:before]} & {
        entry.key for entry in log[before:]
    }  # these are the first items of the run
    assert {task.query for task in read_tasks(out) if task.index < 4} <= {*seen["queries"]}
    usage = json.loads((out / "usage.json").read_text())
    assert {row["role"] for row in usage["roles"]} == {"collector", "deriver"}
    assert usage["total"]["cost"] == pytest.approx(sum(row["cost"] for row in usage["roles"]), abs=1e-5)


def test_a_look_ahead_without_models_is_refused(tmp_path):
    with pytest.raises(DiveError, match="nothing is to be paid for"):
        dive("synth", *OWN, "--out", tmp_path / "run", "--dry-run", 2)


def test_a_limit_stops_a_run_which_goes_on_with_a_higher_one(server, tmp_path):
    command = ["synth", *roles(server), *OWN, "--tasks", 4, "--in-flight", 2, "--out", tmp_path / "run"]
    with pytest.raises(DiveError, match=r"max_tokens is 20,000.*the same command goes on"):
        dive(*command, "--max-tokens", 20_000)
    spent = json.loads((tmp_path / "run" / "usage.json").read_text())["total"]  # also of a run that was stopped
    assert 0 < spent["prompt"] + spent["completion"] <= 25_000
    dive(*command, "--max-tokens", 20_000_000)
    assert len(list(read_tasks(tmp_path / "run"))) == 4
    assert check_run(tmp_path / "run", workers=1).faults == ()
    paid = (tmp_path / "run" / "usage.json").read_text()
    dive(*command)  # the run is complete: what it cost stays
    assert (tmp_path / "run" / "usage.json").read_text() == paid
    with pytest.raises(DiveError, match="no prices"):
        dive(*command, "--max-cost", 1, "--tasks", 5)


def test_a_run_goes_on_at_another_address_but_not_with_another_model(server, tmp_path):
    command = ["synth", *OWN, "--tasks", 2, "--out", tmp_path / "run"]
    dive(*command, *roles(server))
    with fake_server(policy="symbolic", tools=(CELLAR,), only=True) as other:
        dive(*command, *roles(other), "--tasks", 3)
    assert len(list(read_tasks(tmp_path / "run"))) == 3
    for wrong in (roles(server, "another"), roles(server, settings="?temperature=0.5"), []):
        with pytest.raises(DiveError, match="belongs to another configuration"):
            dive(*command, *wrong)


def test_a_server_that_is_gone_stops_the_run_and_leaves_its_items(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        model = f"openai:gone@http://127.0.0.1:{free.getsockname()[1]}/v1"
    with pytest.raises(DiveError, match=r"down: .* requests in a row were lost"):
        dive("synth", "--collector", model, "--deriver", model, *OWN, "--in-flight", 32, "--out", tmp_path / "run")
    rejected = tmp_path / "run" / "rejected.jsonl"
    assert not rejected.exists() or len(rejected.read_text().splitlines()) < 32


def test_the_symbolic_policy_worded_by_a_model(server, tmp_path):
    plain, fluent = tmp_path / "plain", tmp_path / "fluent"
    dive("synth", *OWN, "--tasks", 4, "--out", plain)
    dive("synth", *OWN, "--tasks", 4, "--rewriter", f"openai:fake@{server.url}", "--out", fluent)
    before = {task.index: task for task in read_tasks(plain)}
    both = [(before[task.index], task) for task in read_tasks(fluent) if task.index in before]
    assert both
    for plainly, fluently in both:
        assert (fluently.derivation, fluently.rounds[:-1]) == (plainly.derivation, plainly.rounds[:-1])
        assert fluently.query != plainly.query
    assert check_run(fluent, workers=1).faults == ()


def test_a_symbolic_deriver_needs_its_own_collector(server, tmp_path):
    with pytest.raises(DiveError, match="give a model as deriver too"):
        dive("synth", *OWN, "--collector", f"openai:fake@{server.url}", "--out", tmp_path / "run")


def test_gold_solutions_are_right_and_can_be_read(server, tmp_path):
    out = tmp_path / "run"
    dive("synth", *OWN, "--tasks", 4, "--out", out)
    first = json.loads(dive("solve", out, "--gold", "--samples", 2, "--tools", CELLAR, "--json"))
    again = json.loads(dive("solve", out, "--gold", "--samples", 2, "--tools", CELLAR, "--json"))
    assert (first["added"], again["added"]) == (first["solutions"], 0)
    dive("solve", out, "--model", f"openai:fake@{server.url}", "--samples", 2, "--tools", CELLAR, "--wrong-turns", 0)
    report = json.loads(dive("verify", out, "--json"))
    by_solver = {solver["solver"]: solver["overall"] for solver in report["solvers"]}
    assert by_solver["gold"]["correct"] == by_solver["gold"]["n"] == first["solutions"]
    assert by_solver["fake"]["n"] == 8
    printed = dive("show", out, "--solutions", "--limit", 20)
    assert printed.count("Final answer:") >= 2 * 8  # in the question and in the answer
    assert "gold · sample 0 · answered · correct" in printed
    key = next(read_tasks(out)).key
    shown = json.loads(dive("show", out, "--solutions", "--task", key, "--limit", 50, "--json"))
    assert {Solution.model_validate(solution).task for solution in shown} == {key}
    assert len(shown) == sum(s.task == key for s in read_lines(out / "solutions.jsonl", Solution))
