"""What is kept for training: by verdicts, pass rates, tools and numbers; every dropped task is accounted for."""

from collections import Counter
from pathlib import Path

import pytest
from fake_runs import samples, solution, task, verdict, write_lines, write_run

from dive.config import made_of
from dive.dataset.config import DatasetConfig
from dive.dataset.read import open_runs
from dive.dataset.select import Selection, select
from dive.errors import DiveError

TASKS = [task(n) for n in range(40)]


def selected(*runs: Path, **options: object) -> Selection:
    return select(open_runs(runs), made_of(DatasetConfig, options))


def kept(selection: Selection, purpose: str = "sft", where: str = "train") -> list[str]:
    return [chosen.task.key for chosen in selection.parts[purpose][where]]  # type: ignore[index]


def reasons(selection: Selection) -> dict[tuple[str, str], int]:
    return Counter((each.step, each.reason) for each in selection.dropped)


def graded(folder: Path, *ways: list) -> Path:
    """A run whose first tasks were solved in these ways, one each."""
    return write_run(folder, TASKS[: len(ways)], [pair for way in ways for pair in way])


def balanced(selection: Selection) -> bool:
    """Whether each step has kept what it did not drop, and each dropped task is listed."""
    for stage in selection.funnel.stages:
        assert stage.given == stage.kept + stage.aside + sum(stage.dropped.values()), stage
    listed = Counter((each.step, each.purpose, each.reason) for each in selection.dropped)
    counted = {(s.step, s.purpose, why): n for s in selection.funnel.stages for why, n in s.dropped.items()}
    return listed == counted


# Runs that cannot be selected from ----------------------------------------------------------------------------------


def test_a_run_that_is_not_solved_or_not_verified_says_what_to_do(tmp_path):
    run = write_run(tmp_path / "run", TASKS)
    with pytest.raises(DiveError, match=r"has no solutions: say `dive solve .*run` and then `dive verify"):
        selected(run)
    write_lines(run / "solutions.jsonl", [solution(TASKS[0])])
    with pytest.raises(DiveError, match=r"has no verdicts: say `dive verify .*run` first"):
        selected(run)
    write_lines(run / "verdicts.jsonl", [])
    with pytest.raises(DiveError, match=r"no verdict is about one of its solutions: say `dive verify"):
        selected(run)


def test_what_is_no_run_given_twice_or_damaged_is_refused(tmp_path):
    run = graded(tmp_path / "run", samples(TASKS[0], 8))
    with pytest.raises(DiveError, match=r"is not a run directory: it has no config\.yaml"):
        selected(tmp_path)
    with pytest.raises(DiveError, match="is given twice"):
        selected(run, tmp_path / "." / "run")
    with (run / "verdicts.jsonl").open("a") as file:
        file.write('{"solution": "half')
    with pytest.raises(DiveError, match=r"verdicts\.jsonl:9 is torn"):
        selected(run)
    (run / "tools.json").unlink()
    with pytest.raises(DiveError, match=r"tools\.json is missing"):
        selected(run)


def test_nothing_left_is_an_error_that_says_which_step_took_it(tmp_path):
    run = graded(tmp_path / "run", samples(TASKS[0], 0), samples(TASKS[1], 0, 4))
    with pytest.raises(DiveError, match=r"no task is left for sft: the step 'verified' was given 2 .* 2 \(no correct solution\)"):
        selected(run)
    with pytest.raises(DiveError, match=r"no task is left for rl: .*solved too rarely"):
        selected(run, purpose="rl")
    few = graded(tmp_path / "few", samples(TASKS[0], 2, 4))
    with pytest.raises(DiveError, match="the most scored samples of a task are 4, --scored asks for 6"):
        selected(few, purpose="rl")


# Conversations ------------------------------------------------------------------------------------------------------


def test_verified_conversations_are_kept_and_no_others(tmp_path):
    lost = [(solution(TASKS[3], ending="model_error", messages=()), "unscored")]
    cut = [(solution(TASKS[2], ending="turns"), "correct")]
    selection = selected(graded(tmp_path / "run", samples(TASKS[0], 1), samples(TASKS[1], 0), cut, lost))
    assert kept(selection) == [TASKS[0].key]
    verified = {reason: n for (step, reason), n in reasons(selection).items() if step == "verified"}
    assert verified == {"no correct solution": 1, "correct, but cut off": 1, "no scored solution": 1}
    assert balanced(selection)


def test_the_shortest_conversations_come_first_whatever_the_order_of_the_file(tmp_path):
    made = [
        (solution(TASKS[0], 0, turns=5, tokens=10), "correct"), (solution(TASKS[0], 1, turns=3, tokens=90), "correct"),
        (solution(TASKS[0], 2, turns=3, tokens=40), "correct"), (solution(TASKS[0], 3, turns=1, tokens=1), "wrong"),
    ]  # fmt: skip
    for name, pairs in (("a", made), ("b", made[::-1])):
        run = write_run(tmp_path / name, TASKS[:1], pairs)
        takes = selected(run, per_task=2).parts["sft"]["train"][0].takes
        assert [take.sample for take in takes] == [2, 1]
        assert [take.sample for take in selected(run).parts["sft"]["train"][0].takes] == [2]


def test_gold_fills_in_or_stands_beside(tmp_path):
    gold = [(solution(each, solver="gold"), "correct") for each in TASKS[:2]]
    run = write_run(tmp_path / "run", TASKS[:2], [*samples(TASKS[0], 1), *samples(TASKS[1], 0), *gold])
    solvers = {
        way: [[take.solver for take in chosen.takes] for chosen in selected(run, gold=way).parts["sft"]["train"]]
        for way in ("none", "fill", "all")
    }
    assert solvers == {"none": [["model"]], "fill": [["model"], ["gold"]], "all": [["model", "gold"], ["gold"]]}


def test_gold_that_is_not_verified_is_not_kept(tmp_path):
    run = write_run(tmp_path / "run", TASKS[:1], samples(TASKS[0], 0))
    with (run / "solutions.jsonl").open("a") as file:
        file.write(solution(TASKS[0], solver="gold").model_dump_json() + "\n")
    with pytest.raises(DiveError, match="no task is left for sft"):
        selected(run, gold="all")


def test_only_the_teachers_that_are_named_teach(tmp_path):
    pairs = [(solution(TASKS[0], solver="small", turns=1), "correct"), (solution(TASKS[0], solver="large"), "correct")]
    run = write_run(tmp_path / "run", TASKS[:1], pairs)
    assert [take.solver for take in selected(run).parts["sft"]["train"][0].takes] == ["small"]
    assert [take.solver for take in selected(run, teacher=("large",)).parts["sft"]["train"][0].takes] == ["large"]
    with pytest.raises(DiveError, match=r"by the teacher 'huge'; there are large \(1 scored\), small \(1 scored\)"):
        selected(run, teacher=("huge",))


def test_the_last_of_several_verdicts_stands_and_counts_once(tmp_path):
    run = graded(tmp_path / "run", samples(TASKS[0], 8), samples(TASKS[1], 8))
    with (run / "verdicts.jsonl").open("a") as file:
        for each, _ in samples(TASKS[0], 0):
            file.write(verdict(each, "wrong").model_dump_json() + "\n")
    assert kept(selected(run)) == [TASKS[1].key]
    assert selected(run).histogram == {"0/8": 1, "8/8": 1}


def test_strange_and_unverified_solutions_are_counted(tmp_path):
    run = write_run(tmp_path / "run", TASKS[:2], [*samples(TASKS[0], 8), *samples(TASKS[9], 8)])
    with (run / "solutions.jsonl").open("a") as file:
        file.write(solution(TASKS[1]).model_dump_json() + "\n" + solution(TASKS[0]).model_dump_json() + "\n")
    assert selected(run).passes.counts == {
        "solutions": 18, "solutions: of a task that the run does not have": 8, "solutions: without a verdict": 1,
        "solutions: written twice": 1, "verdicts: correct": 16,
    }  # fmt: skip


# Pass rates ---------------------------------------------------------------------------------------------------------


def test_the_band_holds_counts_or_shares(tmp_path):
    run = graded(tmp_path / "run", *(samples(TASKS[n], n) for n in range(9)))

    def passes(**options: object) -> list[int]:
        keys = kept(selected(run, purpose="rl", **options), "rl")
        return [n for n in range(9) if TASKS[n].key in keys]

    assert passes() == [1, 2, 3, 4, 5]
    assert passes(band="2:7") == [2, 3, 4, 5, 6, 7]
    with pytest.raises(DiveError, match="are 8, --scored asks for 9"):
        passes(band="2:8")
    assert passes(band="2:8", scored=8) == [2, 3, 4, 5, 6, 7, 8]
    assert passes(band="0.125:0.625") == [1, 2, 3, 4, 5]
    assert passes(band="0.5:1.0") == [4, 5, 6, 7, 8]
    assert passes(band="all") == list(range(9))


def test_unscored_samples_do_not_count_and_too_few_scored_are_left_out(tmp_path):
    def mixed(of, right: int, wrong: int, lost: int) -> list:
        rulings = ["correct"] * right + ["wrong"] * wrong + ["unscored"] * lost
        return [(solution(of, n), ruling) for n, ruling in enumerate(rulings)]

    run = graded(tmp_path / "run", mixed(TASKS[0], 3, 3, 2), mixed(TASKS[1], 3, 2, 3), mixed(TASKS[2], 0, 0, 8))
    selection = selected(run, purpose="rl")
    assert kept(selection, "rl") == [TASKS[0].key]
    assert reasons(selection)["pass rate", "too few scored samples"] == 2
    assert selection.histogram == {"not scored": 1, "3/5": 1, "3/6": 1}
    assert kept(selected(run, purpose="rl", scored=5), "rl") == [TASKS[0].key, TASKS[1].key]


def test_a_pass_rate_is_that_of_one_solver(tmp_path):
    run = graded(tmp_path / "run", [*samples(TASKS[0], 8, solver="large"), *samples(TASKS[0], 2, solver="small")])
    with pytest.raises(DiveError, match=r"large \(8 scored\), small \(8 scored\); name the one .* --solver NAME"):
        selected(run, purpose="rl")
    assert kept(selected(run, purpose="rl", solver="small"), "rl") == [TASKS[0].key]
    with pytest.raises(DiveError, match="solved too often"):
        selected(run, purpose="rl", solver="large")
    with pytest.raises(DiveError, match="by the solver 'tiny'"):
        selected(run, purpose="rl", solver="tiny")


def test_gold_solutions_are_no_samples(tmp_path):
    gold = [(solution(TASKS[0], solver="gold"), "correct")]
    run = graded(tmp_path / "run", [*gold, *samples(TASKS[0], 5, 8)])
    assert selected(run, purpose="rl").histogram == {"5/8": 1}
    only_gold = graded(tmp_path / "gold", gold)
    with pytest.raises(DiveError, match="no model's solution was scored, so there is no pass rate; --band all"):
        selected(only_gold, purpose="rl")


def test_all_tasks_may_be_taken_without_solutions(tmp_path):
    run = write_run(tmp_path / "run", TASKS)
    assert len(kept(selected(run, purpose="rl", band="all"), "rl")) == len(TASKS)


# Tools and numbers --------------------------------------------------------------------------------------------------


def test_tasks_that_need_no_tools_are_dropped(tmp_path):
    by_heart = [(solution(TASKS[0], 0, tools=False), "correct"), (solution(TASKS[0], 1, tools=False), "correct")]
    guessed = [(solution(TASKS[1], 0, tools=False), "wrong"), (solution(TASKS[1], 1), "correct")]
    run = graded(tmp_path / "run", by_heart, guessed)
    selection = selected(run)
    assert kept(selection) == [TASKS[1].key]
    assert reasons(selection) == {("closed book", "solved without a tool"): 1}
    assert len(kept(selected(run, closed_book="keep"))) == 2
    assert reasons(selected(run, closed_book_least=2)) == {("closed book", "solved without a tool"): 1}
    assert reasons(selected(run, closed_book_least=3)) == {("verified", "correct, but without a tool"): 1}


def test_attempts_without_tools_say_what_is_known_by_heart_and_nothing_else(tmp_path):
    """They stand under the same solver's name, with settings of their own, are short, and are no samples."""
    by_heart = [pair for n in (0, 1) for pair in samples(TASKS[n], n, tools=False, settings="none", turns=1)]
    run = write_run(tmp_path / "run", TASKS[:2], [*by_heart, *samples(TASKS[0], 3), *samples(TASKS[1], 4)])
    selection = selected(run, purpose="both")
    assert kept(selection) == kept(selection, "rl") == [TASKS[0].key]
    assert selection.histogram == {"3/8": 1} and selection.solver == "model"
    assert [(each.name, each.by_heart, each.scored) for each in selection.passes.groups] == [
        ("model", False, 16), ("model#none", True, 16)
    ]  # fmt: skip
    chosen = selected(run, closed_book="keep").parts["sft"]["train"]
    assert [take.turns for each in chosen for take in each.takes] == [3, 3]


def test_a_conversation_without_a_call_is_not_taught(tmp_path):
    pairs = [(solution(TASKS[0], 0, tools=False, turns=1), "correct"), (solution(TASKS[0], 1), "correct")]
    run = graded(tmp_path / "run", pairs, [(solution(TASKS[1], tools=False), "correct")])
    selection = selected(run, closed_book_least=2)
    assert [take.sample for take in selection.parts["sft"]["train"][0].takes] == [1]
    assert reasons(selection) == {("verified", "correct, but without a tool"): 1}
    assert [take.sample for take in selected(run, closed_book="keep").parts["sft"]["train"][0].takes] == [0]


def test_one_solver_under_two_settings_has_two_pass_rates(tmp_path):
    run = graded(tmp_path / "run", [*samples(TASKS[0], 8, settings="cold"), *samples(TASKS[0], 2, settings="warm")])
    with pytest.raises(DiveError, match=r"model#cold \(8 scored\), model#warm \(8 scored\); name the one"):
        selected(run, purpose="rl")
    assert selected(run, purpose="rl", solver="model#warm").histogram == {"2/8": 1}
    assert len(selected(run, teacher=("model",), per_task=20).parts["sft"]["train"][0].takes) == 10
    assert len(selected(run, teacher=("model#warm",), per_task=20).parts["sft"]["train"][0].takes) == 2


@pytest.mark.parametrize("way", ["coverage", "random", "first"])
def test_size_is_kept_by_each_way_and_repeats(tmp_path, way):
    run = graded(tmp_path / "run", *(samples(each, 1) for each in TASKS))
    selection = selected(run, size=7, select=way)
    assert len(kept(selection)) == 7
    assert kept(selection) == kept(selected(run, size=7, select=way))
    assert balanced(selection)
    assert {covered.family for covered in selection.coverage["sft"]} >= {"call graph", "tool", "domain", "topology"}
    if way == "first":
        assert kept(selection) == [each.key for each in TASKS[:7]]
    if way == "random":
        assert kept(selection) != kept(selected(run, size=7, select=way, seed=1))


def test_duplicates_over_runs_are_dropped_and_name_their_twin(tmp_path):
    first = graded(tmp_path / "a" / "run", *(samples(each, 1) for each in TASKS[:5]))
    second = write_run(tmp_path / "b" / "run", TASKS[3:8], [pair for each in TASKS[3:8] for pair in samples(each, 1)])
    selection = selected(first, second)
    assert kept(selection) == [each.key for each in TASKS[:8]]
    twins = [(each.task, each.run, each.twin) for each in selection.dropped]
    assert twins == [(TASKS[n].key, "run-2", TASKS[n].key) for n in (3, 4)]


def test_both_purposes_share_one_evaluation(tmp_path):
    run = graded(tmp_path / "run", *(samples(TASKS[n], n % 9) for n in range(40)))
    selection = selected(run, purpose="both", eval=6)
    assert balanced(selection)
    parts = {(p, w): {c.task.key for c in chosen} for p, both in selection.parts.items() for w, chosen in both.items()}
    held = parts["sft", "eval"]
    assert held == parts["rl", "eval"] and len(held) == 6
    assert not held & (parts["sft", "train"] | parts["rl", "train"])


def test_fewer_than_asked_for_is_said(tmp_path):
    run = graded(tmp_path / "run", *(samples(each, 1) for each in TASKS[:6]))
    assert selected(run, size=9).lacking == {"training (sft)": 3}
    for_one = [*(samples(TASKS[n], 3, ending="turns") for n in range(2, 10)), *(samples(TASKS[n], 8) for n in range(10, 20))]
    shared = graded(tmp_path / "shared", samples(TASKS[0], 3), samples(TASKS[1], 3), *for_one)
    assert selected(shared, purpose="both", eval=4).lacking == {"evaluation": 2}
    strata = {each.domain + "/" + each.variant for each in TASKS[:6]}
    lacking = selected(run, eval_per_variant=1).lacking
    assert set(lacking) <= {f"evaluation of {stratum}" for stratum in strata}


def test_evaluation_from_all_is_not_filtered_by_pass_rates(tmp_path):
    run = graded(tmp_path / "run", *(samples(TASKS[n], 8 * (n % 8 > 5)) if n % 4 else samples(TASKS[n], 3) for n in range(40)))
    options = {"purpose": "rl", "eval": 8}
    filtered, all_of_them = selected(run, **options), selected(run, **options, eval_from="all")
    band = {TASKS[n].key for n in range(0, 40, 4)}
    assert set(kept(filtered, "rl", "eval")) <= band
    assert len(kept(all_of_them, "rl", "eval")) == 8 and not set(kept(all_of_them, "rl", "eval")) <= band
    assert balanced(all_of_them) and set(kept(all_of_them, "rl")) <= band


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"band": "5:1"}, "band 5:1: 5 is above 1"),
        ({"band": "1-5"}, "band '1-5' is none: write 1:5"),
        ({"band": "0.5:3"}, "a share is at most 1"),
        ({"band": "1:5", "scored": 4}, "counts up to 5 correct samples, but scored asks for 4 only"),
        ({"eval": 0.1, "eval_per_variant": 3}, "not both"),
        ({"eval": 1.5}, "whole number of tasks"),
        ({"eval_from": "all"}, "eval_from needs eval"),
        ({"eval_from": "all", "eval": 3}, "needs purpose rl or both"),
        ({"sizes": 3}, "unknown option 'sizes'; known are out, purpose"),
        ({"per_task": 0}, "per_task: Input should be greater than or equal to 1"),
    ],
)
def test_options_that_make_no_sense_are_refused(options, message):
    with pytest.raises(DiveError) as caught:
        made_of(DatasetConfig, options)
    assert message in str(caught.value)
