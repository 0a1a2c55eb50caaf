"""Measures against values worked out by hand, and against slow formulas."""

import itertools
import math
import random
import time
from collections import Counter

import pytest

from dive.analysis.diversity import Diversity, Spectrum, gini, jaccard_distance, measure, spectrum, tail_share
from dive.analysis.graph import CallGraph, canonical_form
from dive.errors import DiveError
from dive.types import Derivation, Step

KINDS = {"find": "R", "seek": "R", "mass": "P", "spare": "P"}
PROVIDERS = {"find": "tables", "seek": "tables", "mass": "rdkit"}


def derivation(*steps: tuple[str, str]) -> Derivation:
    """Steps as (tool, argument)."""
    numbered = enumerate(steps, start=1)
    return Derivation(
        steps=tuple(Step(id=f"e{i}", tool=tool, arguments={"x": value}) for i, (tool, value) in numbered),
        answer=f"e{len(steps)}.value",
    )


LOOKUP = derivation(("find", "'a'"))
CHAIN = derivation(("find", "'a'"), ("mass", "e1.smiles"))
OTHER_CHAIN = derivation(("seek", "'a'"), ("mass", "e1.smiles"))
COMPARE = derivation(("find", "'a'"), ("mass", "e1.smiles"), ("find", "'b'"), ("mass", "e3.smiles"))
COMPARE_SHUFFLED = derivation(("find", "'a'"), ("find", "'b'"), ("mass", "e2.smiles"), ("mass", "e1.smiles"))
RECORDS = [
    (LOOKUP, ["find", "mass"]),
    (CHAIN, ["mass", "find"]),
    (OTHER_CHAIN, ["seek", "mass", "spare"]),
    (COMPARE, ["find", "mass", "spare", "seek"]),
    (COMPARE_SHUFFLED, ["find", "mass", "spare", "seek"]),
]


def test_counts_worked_out_by_hand() -> None:
    found = measure(RECORDS, KINDS, PROVIDERS)
    assert (found.tasks, found.without_calls) == (5, 0)
    assert (found.tools_offered, found.tools_covered) == (4, 3)
    assert found.unique_toolsets == 3
    assert found.unique_call_sequences == 5  # the two comparisons call in another order
    assert found.call_graph_classes == 4  # but are one graph
    assert found.provider_graph_classes == 3  # the two chains use the same providers
    assert found.rp_graph_classes == 3
    assert found.topology_classes == 3
    assert found.tool_types_per_task == pytest.approx((1 + 2 + 2 + 2 + 2) / 5)
    assert found.calls_per_task == pytest.approx((1 + 2 + 2 + 4 + 4) / 5)
    assert found.mean_depth == pytest.approx((1 + 2 + 2 + 2 + 2) / 5)
    assert found.mean_width == pytest.approx((1 + 1 + 1 + 2 + 2) / 5)
    assert found.used_offered_ratio == pytest.approx((1 / 2 + 2 / 2 + 2 / 3 + 2 / 4 + 2 / 4) / 5)
    assert found.tool_gini == gini([0, 1, 6, 6])
    assert found.tool_tail_share == pytest.approx(1 / 13)
    assert found.call_graphs == spectrum([1, 1, 1, 2])
    assert found.provider_graphs == found.rp_graphs == spectrum([1, 2, 2])


def test_distances_worked_out_by_hand() -> None:
    found = measure(RECORDS, KINDS, PROVIDERS)
    toolsets = [0, 3 / 4, 1 / 2, 1 / 2, 3 / 4, 1 / 2, 1 / 2, 1 / 4, 1 / 4, 0]
    used = [1 / 2, 1, 1 / 2, 1 / 2, 2 / 3, 0, 0, 2 / 3, 2 / 3, 0]
    assert found.toolset_distance == pytest.approx(sum(toolsets) / 10)
    assert found.used_tools_distance == pytest.approx(sum(used) / 10)


def test_order_of_tasks_does_not_matter() -> None:
    found = measure(RECORDS, KINDS, PROVIDERS)
    for records in itertools.islice(itertools.permutations(RECORDS), 0, None, 7):
        assert measure(records, KINDS, PROVIDERS) == found


def test_it_reaches_disk_and_comes_back() -> None:
    found = measure(RECORDS, KINDS, PROVIDERS)
    assert Diversity.model_validate_json(found.model_dump_json()) == found


def test_traces_are_given_as_graphs() -> None:
    graph = CallGraph(("find", "mass"), ((0, 1),))
    assert measure([(graph, ["find"])], KINDS, PROVIDERS) == measure([(CHAIN, ["find"])], KINDS, PROVIDERS)


def test_a_called_tool_counts_as_offered() -> None:
    found = measure([(CHAIN, ["find", "spare"])], KINDS, PROVIDERS)
    assert found.tools_offered == 3
    assert found.used_offered_ratio == pytest.approx(2 / 3)


def test_tasks_without_calls_are_counted_and_left_out() -> None:
    silent = (CallGraph(()), ["find", "never"])
    found = measure([silent, *RECORDS, silent], KINDS, PROVIDERS)
    assert (found.tasks, found.without_calls) == (7, 2)
    assert found.model_copy(update={"tasks": 5, "without_calls": 0}) == measure(RECORDS, KINDS, PROVIDERS)


def test_nothing_at_all_is_zero() -> None:
    found = measure([], KINDS, PROVIDERS)
    assert found.call_graphs == Spectrum()
    assert all(value == 0 for value in found.model_dump().values() if not isinstance(value, dict))


@pytest.mark.parametrize(
    ("kinds", "providers", "message"),
    [({}, PROVIDERS, "'find'"), (KINDS, {}, "'find'"), (KINDS | {"mass": "processing"}, PROVIDERS, "'processing'")],
)
def test_unknown_tools_and_kinds_are_refused(kinds: dict[str, str], providers: dict[str, str], message: str) -> None:
    with pytest.raises(DiveError, match=message):
        measure(RECORDS, kinds, providers)


def test_spectrum_of_equal_and_of_unequal_classes() -> None:
    even = spectrum([5, 0, 5, 5, 5])
    assert (even.hill_0, even.unseen) == (4, 0)
    assert even.hill_1 == pytest.approx(4)
    assert even.hill_2 == pytest.approx(4)
    skewed = spectrum([1, 2, 1])
    assert skewed == Spectrum(hill_0=3, hill_1=math.exp(1.5 * math.log(2)), hill_2=1 / (1 / 4 + 1 / 8), unseen=0.5)


def test_hill_numbers_fall_with_their_order() -> None:
    rng = random.Random(1)
    for _ in range(200):
        found = spectrum([rng.randint(1, 9) for _ in range(rng.randint(1, 20))])
        assert found.hill_0 + 1e-9 >= found.hill_1 >= found.hill_2 - 1e-9 >= 1 - 2e-9


def test_unseen_mass_predicts_the_next_draw() -> None:
    rng, classes, misses, predicted = random.Random(2), range(50), 0, 0.0
    for _ in range(2_000):
        seen = Counter(rng.choices(classes, k=40))
        predicted += spectrum(seen.values()).unseen
        misses += rng.choice(classes) not in seen
    assert predicted / 2_000 == pytest.approx(misses / 2_000, abs=0.05)


def test_gini_is_half_the_relative_mean_difference() -> None:
    rng = random.Random(3)
    for _ in range(200):
        counts = [rng.randint(0, 9) for _ in range(rng.randint(1, 12))] + [1]
        differences = sum(abs(a - b) for a in counts for b in counts)
        assert gini(counts) == pytest.approx(differences / (2 * len(counts) * sum(counts)))
    assert gini([0, 0, 0, 8]) == pytest.approx(3 / 4)
    assert gini([]) == gini([0]) == 0


def test_tail_share() -> None:
    assert tail_share([4, 4, 4, 4]) == 0.5
    assert tail_share([97, 1, 2]) == pytest.approx(0.01)
    assert tail_share([]) == tail_share([0, 0]) == 0


def test_jaccard_distance() -> None:
    assert jaccard_distance(frozenset("ab"), frozenset("bc")) == pytest.approx(2 / 3)
    assert jaccard_distance(frozenset("ab"), frozenset("ab")) == 0
    assert jaccard_distance(frozenset("a"), frozenset("b")) == 1
    assert jaccard_distance(frozenset(), frozenset()) == 0


def many(tasks: int) -> list[tuple[CallGraph, list[str]]]:
    rng, tools = random.Random(4), [f"tool_{i}" for i in range(300)]
    records = []
    for _ in range(tasks):
        n = rng.randint(1, 8)
        edges = tuple(pair for pair in itertools.combinations(range(n), 2) if rng.random() < 0.3)
        used = rng.choices(tools[: rng.choice([10, 300])], k=n)
        records.append((CallGraph(tuple(used), edges), sorted({*used, *rng.sample(tools, 15)})))
    return records


def test_sampled_distances_are_near_the_exact_ones_and_repeatable() -> None:
    records = many(600)  # 179,700 pairs
    mapping = {tool: "R" for _, toolset in records for tool in toolset}
    found = measure(records, mapping, mapping)
    used = [frozenset(graph.labels) for graph, _ in records]
    exact = [jaccard_distance(a, b) for a, b in itertools.combinations(used, 2)]
    assert found.used_tools_distance == pytest.approx(sum(exact) / len(exact), abs=0.005)
    assert measure(records, mapping, mapping) == found


def test_no_task_is_compared_with_itself() -> None:
    for tasks in (2, 200, 201):  # 200: all pairs; 201: a sample
        records = [(CallGraph((str(i),)), [str(i)]) for i in range(tasks)]
        mapping = {str(i): "R" for i in range(tasks)}
        assert measure(records, mapping, mapping).toolset_distance == 1


def test_classes_are_those_of_the_canonical_form() -> None:
    records = many(300)
    mapping = {tool: "RP"[int(tool[-1]) % 2] for _, toolset in records for tool in toolset}
    classes = Counter(canonical_form(graph) for graph, _ in records)
    found = measure(records, mapping, mapping)
    assert found.call_graphs == spectrum(classes.values())
    assert found.provider_graphs == found.rp_graphs


@pytest.mark.slow
def test_ten_thousand_tasks_take_seconds() -> None:
    records = many(10_000)
    mapping = {tool: "R" for _, toolset in records for tool in toolset}
    start = time.perf_counter()
    assert measure(records, mapping, mapping).tasks == 10_000
    assert time.perf_counter() - start < 30  # 3 s on a quiet machine
