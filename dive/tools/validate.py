"""Validation: whether a tool keeps its word, tried on itself before anything is sampled from it.

Each tool is run on its examples, on inputs that a person would give, and on hostile ones, in two processes with
different hash seeds, of which one is watched. A tool that fails a check is quarantined with the reason.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from dive.errors import need_extra
from dive.parallel import Workers
from dive.tools.host import Outcome, ToolHost
from dive.tools.inputs import KnownValues, Values, any_arguments, likely, same_in_every_process
from dive.tools.pool import ToolPool, addresses, found
from dive.tools.report import CHECKS, Report, ToolReport, edges_between, percentiles
from dive.tools.tool import Tool
from dive.tools.watch import PROGRAM
from dive.types import Json, canonical

LIKELY = 40
"""Inputs of the kind that a person would give."""
MANY = 2000
"""Inputs of that kind before a retrieval tool is said to have too few answers."""
GENERATED = 60
"""Generated inputs, hostile ones among them."""
TOGETHER = 32
PASSES = 3
DISTINCT = 20
FEWEST = 5


@dataclass
class _Tried:
    """One tool under validation."""

    tool: Tool
    faults: dict[str, str] = field(default_factory=dict)
    outcomes: list[tuple[dict[str, Json], Outcome]] = field(default_factory=list)
    """Likely inputs and what came of them."""
    worked: list[dict[str, Json]] = field(default_factory=list)
    """Likely inputs that had a result."""
    answers: set[str] = field(default_factory=set)
    """The different results to them."""
    codes: Counter[str] = field(default_factory=Counter)
    calls: int = 0

    def fault(self, check: str, why: str) -> None:
        """Keep the first fault of each check."""
        self.faults.setdefault(check, why[:400])

    def counted(self, outcome: Outcome) -> Outcome:
        """Count a call, and keep what it did that it must not."""
        self.calls += 1
        if outcome.failure is not None:
            self.codes[outcome.failure.code] += 1
        deeds = [deed for deed in outcome.deeds if not allowed(self.tool, deed)]
        if deeds and not self.tool.volatile:
            self.fault("pure", "; ".join(deeds[:3]))
        return outcome

    def asked(self, arguments: dict[str, Json], host: ToolHost) -> Outcome:
        """Call with a likely input, and keep what came of it."""
        outcome = self.counted(host.call(self.tool.name, arguments))
        if outcome.failure is None:
            self.worked.append(arguments)
            self.answers.add(canonical(outcome.result))
        return outcome


def allowed(tool: Tool, deed: str) -> bool:
    """Whether a tool may do this beside computing: retrieval reads, and some tools are there to start a program."""
    return (deed.startswith("reads ") and tool.kind == "retrieval") or (deed.startswith(PROGRAM) and tool.programs)


@dataclass(frozen=True)
class _Group:
    """Tools of one provider, validated by one worker so that its libraries are loaded once."""

    tools: tuple[Mapping[str, str], ...]
    values: Values


def validate(
    pool: ToolPool,
    values: Mapping[str, Iterable[Json]],
    *,
    live: bool = False,
    workers: int = 2,
    progress: Callable[[int], None] | None = None,
) -> Report:
    """Validate the tools of a pool with the known values of semantic types, such as those of the seeds.

    First every tool is explored, twice, so that what one finds can be asked of another; then each is put to all checks.
    A tool that failed and gave no answer in time is examined again, alone: the machine may have been busy. Tools that are
    volatile are skipped unless `live`, and stateful ones always: a call of theirs has no one answer. `progress` is told how
    many tools are done, `PASSES` times each.
    """
    need_extra("validate", "hypothesis", "jsonschema")
    runnable = [t for t in pool.runnable() if (live or not t.volatile) and not t.stateful]
    known = KnownValues(values)
    for tool in pool:
        known.add_tool(tool)
    groups = _by_provider(runnable)
    done = 0

    def told(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done)

    for _ in range(PASSES - 1):
        for answer in _each(_explorer, groups, known, workers, told):
            for semantic, value in answer:
                known.add(semantic, value)
    reports: dict[str, ToolReport] = {}
    for answer in _each(_examiner, groups, known, workers, told):
        reports |= answer
    late = [[tool] for tool in runnable if (r := reports[tool.name]).faults and r.unanswered]
    for answer in _each(_examiner, late, known, 1, lambda _: None):
        reports |= answer
    tools = [reports.get(tool.name) or _not_tried(pool, tool) for tool in pool]
    passed = {tool.tool for tool in tools if tool.status == "passed"}
    return Report(tools=tools, edges=edges_between(tool for tool in pool if tool.name in passed))


def _each(
    setup: Callable[[], Callable[[_Group], Any]],
    groups: Sequence[list[Tool]],
    known: KnownValues,
    workers: int,
    told: Callable[[int], None],
) -> Iterator[Any]:
    """What the workers make of each group of tools, in order; `told` hears of how many tools each was."""
    asked = [_group(tools, known) for tools in groups]
    with Workers[_Group, Any](setup, workers) as running:
        for group, answer in zip(groups, running.map(asked, ahead=len(asked)), strict=True):
            told(len(group))
            yield answer


def _not_tried(pool: ToolPool, tool: Tool) -> ToolReport:
    status = "missing" if tool.name in pool.missing else "skipped"
    return _report_of(_Tried(tool), status)


def _by_provider(tools: Sequence[Tool]) -> list[list[Tool]]:
    grouped: dict[tuple[str, str], list[Tool]] = {}
    for tool in tools:
        grouped.setdefault((tool.domain, tool.provider), []).append(tool)
    return sorted(grouped.values(), key=len, reverse=True)


def _group(tools: list[Tool], known: KnownValues) -> _Group:
    wanted = {semantic for tool in tools for semantic in tool.takes}
    return _Group(tuple(addresses(ToolPool(tools))), {s: list(known.values[s]) for s in sorted(wanted) if s in known.values})


def _explorer() -> Callable[[_Group], list[tuple[str, Json]]]:
    def explore(group: _Group) -> list[tuple[str, Json]]:
        pool, known = found(group.tools), KnownValues(group.values)
        with ToolHost(pool, hash_seed=1) as host:
            for tool in pool:
                worked: list[dict[str, Json]] = []
                for arguments in likely(tool, known, LIKELY, random.Random(tool.name), worked):
                    outcome = host.call(tool.name, arguments)
                    if outcome.failure is None:
                        worked.append(arguments)
                        known.add_result(tool, outcome.result)
        return [(semantic, value) for semantic, values in known.values.items() for value in values]

    return explore


def _examiner() -> Callable[[_Group], dict[str, ToolReport]]:
    def examine(group: _Group) -> dict[str, ToolReport]:
        pool, known = found(group.tools), KnownValues(group.values)
        tried = [_Tried(tool) for tool in pool]
        with ToolHost(pool, hash_seed=1, watch=True) as host, ToolHost(pool, hash_seed=2) as twin:
            for each in tried:
                _check_schema(each)
                _check_calls(each, known, host, twin)
                _check_answers(each, known, host)
            _check_together(tried, host, twin)
        return {each.tool.name: _report_of(each, "quarantined" if each.faults else "passed") for each in tried}

    return examine


def _check_schema(tried: _Tried) -> None:
    import jsonschema

    for what, schema in (("arguments", tried.tool.schema), ("result", tried.tool.result_schema)):
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            tried.fault("schema", f"{what}: {error.message}")
    open_ = [where for where, part in objects_in(tried.tool.schema) if part.get("additionalProperties") is not False]
    if open_:
        tried.fault("schema", f"arguments are not closed at {open_[0] or 'the top'}")


def objects_in(schema: Json, where: str = "") -> Iterator[tuple[str, dict[str, Json]]]:
    """The object schemas with named properties inside a schema, each with its place."""
    if isinstance(schema, dict):
        if isinstance(schema.get("properties"), dict):
            yield where, schema
        for key, part in schema.items():
            yield from objects_in(part, f"{where}/{key}")
    elif isinstance(schema, list):
        for part in schema:
            yield from objects_in(part, where)


def closed(schema: Json) -> Json:
    """The schema with no properties beside those it names."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Json] = {key: closed(part) for key, part in schema.items()}
    if isinstance(made.get("properties"), dict):
        made.setdefault("additionalProperties", False)
    return made


def _check_calls(tried: _Tried, known: KnownValues, host: ToolHost, twin: ToolHost) -> None:
    """Examples and likely inputs: results, their form, and whether another process agrees."""
    import jsonschema
    from referencing.exceptions import Unresolvable

    tool = tried.tool
    fits = jsonschema.Draft202012Validator(closed(tool.result_schema))
    if not tool.examples:
        tried.fault("examples", "there is none")
    for arguments in likely(tool, known, LIKELY, random.Random(tool.name), tried.worked):
        outcome = tried.asked(arguments, host)
        tried.outcomes.append((arguments, outcome))
        if outcome.failure is None:
            try:
                error = next(iter(fits.iter_errors(outcome.result)), None)
            except Unresolvable as lost:
                tried.fault("schema", f"result: {lost}")
            else:
                if error is not None:
                    tried.fault("conforms", f"{canonical(arguments)}: {error.message}")
        elif arguments in [dict(example) for example in tool.examples]:
            tried.fault("examples", f"{canonical(arguments)}: {outcome.failure.code}: {outcome.failure.message}")
        if not tool.volatile and not agree(outcome, tried.counted(twin.call(tool.name, arguments))):
            tried.fault("repeatable", canonical(arguments))
    if tool.kind == "retrieval":
        _check_distinct(tried, known, host)


def _check_distinct(tried: _Tried, known: KnownValues, host: ToolHost) -> None:
    """Enough different answers; of a small table one for every second entry that was found, and `FEWEST` of them at
    least, where as many were looked for.
    """
    asked = {canonical(arguments) for arguments, _ in tried.outcomes}
    more = likely(tried.tool, known, MANY, random.Random(f"{tried.tool.name} again"), tried.worked)
    for arguments in more:
        if len(tried.answers) >= DISTINCT:
            return
        if canonical(arguments) not in asked:
            asked.add(canonical(arguments))
            tried.asked(arguments, host)
    needed = max(len(tried.worked) // 2, min(FEWEST, len(asked) // 2))
    if len(tried.answers) < min(DISTINCT, needed):
        tried.fault("distinct", f"{len(tried.answers)} different answers in {len(tried.worked)} results to {len(asked)} inputs")


def agree(one: Outcome, other: Outcome) -> bool:
    """Whether two calls came to the same: equal results, or failures of one code."""
    if one.failure is not None or other.failure is not None:
        return one.failure is not None and other.failure is not None and one.failure.code == other.failure.code
    return canonical(one.result) == canonical(other.result)


class _NoAnswer(Exception):
    """A call ended in neither a result nor a coded error that is the caller's business."""


def _check_answers(tried: _Tried, known: KnownValues, host: ToolHost) -> None:
    """Generated inputs, made smaller by hypothesis where one is not answered."""
    from hypothesis import HealthCheck, Phase, given, settings
    from hypothesis.errors import Flaky

    missed: list[str] = []

    @settings(
        max_examples=GENERATED, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink), report_multiple_bugs=False,
    )  # fmt: skip
    @given(any_arguments(tried.tool, known))
    def answered(arguments: dict[str, Json]) -> None:
        failure = tried.counted(host.call(tried.tool.name, arguments)).failure
        if failure is not None and failure.code in ("bug", "timeout", "unavailable"):
            missed.append(f"{canonical(arguments)[:200]}: {failure.code}: {failure.message}")
            raise _NoAnswer

    try:
        with same_in_every_process():
            answered()
    except _NoAnswer:
        tried.fault("answers", missed[-1])
    except Flaky:
        tried.fault("answers", f"only at times: {missed[0]}")


def _check_together(tried: Sequence[_Tried], host: ToolHost, twin: ToolHost) -> None:
    """Every known outcome again, in another order, among the others, by many callers at once."""
    calls = [
        (each, arguments, before, one)
        for each in tried
        for arguments, before in each.outcomes[:8]
        for one in (host, twin)
        if not each.tool.volatile
    ]
    random.Random(0).shuffle(calls)
    with ThreadPoolExecutor(TOGETHER) as executor:
        running = [executor.submit(one.call, each.tool.name, arguments) for each, arguments, _, one in calls]
        for (each, arguments, before, _), run in zip(calls, running, strict=True):
            if not agree(before, each.counted(run.result())):
                each.fault("concurrent", canonical(arguments))


def _report_of(tried: _Tried, status: str) -> ToolReport:
    tool = tried.tool
    done = [outcome for _, outcome in tried.outcomes]
    return ToolReport(
        tool=tool.name, domain=tool.domain, kind=tool.kind, provider=tool.provider,
        version="" if status == "missing" else tool.version, status=status,
        faults={check: tried.faults[check] for check in CHECKS if check in tried.faults}, calls=tried.calls,
        results=len(tried.worked), distinct=len(tried.answers),
        codes=dict(sorted(tried.codes.items())),
        first_ms=round(1000 * done[0].seconds, 3) if done else 0.0,
        milliseconds=percentiles([1000 * outcome.seconds for outcome in done[1:]]),
        characters=percentiles([float(len(canonical(o.result))) for o in done if o.failure is None]),
    )  # fmt: skip
