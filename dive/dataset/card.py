"""The card of a data set: `README.md`, with the head that Hugging Face reads.

It is a function of the report and of the heads that exports wrote, so it holds no time, no machine and no path of one.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from shlex import quote

import yaml

from dive.analysis.diversity import Diversity
from dive.dataset.config import DatasetConfig
from dive.dataset.coverage import Covered
from dive.dataset.report import Report
from dive.types import Json

_MOST = 8
"""Files that a sentence names."""
_BAR = 40
"""Characters of the longest bar."""
_MEASURES = {
    "tasks": "tasks", "tools offered": "tools_offered", "tools used": "tools_covered", "unique toolsets": "unique_toolsets",
    "unique call sequences": "unique_call_sequences", "call-graph classes, by tool": "call_graph_classes",
    "call-graph classes, by provider": "provider_graph_classes", "call-graph classes, by R/P": "rp_graph_classes",
    "R/P topology classes": "topology_classes", "distinct tools per task": "tool_types_per_task",
    "calls per task": "calls_per_task", "Gini coefficient of tool use": "tool_gini",
    "mean distance of toolsets": "toolset_distance", "mean distance of used tools": "used_tools_distance",
    "mean depth": "mean_depth", "mean width": "mean_width",
}  # fmt: skip
_SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))


def card(report: Report, heads: Mapping[str, Json]) -> str:
    """The text of the card. `heads` are the heads of the cards that exports wrote, by their folder below that of the data set."""
    head = yaml.safe_dump(_head(report, heads), sort_keys=False, allow_unicode=True)
    parts = [
        f"# {report.config['title']}", _opening(report), _loading(heads), "## From items to rows", _funnel(report),
        "## Diversity", _diversity(report.diversity), *(_coverage(*each) for each in report.coverage.items()),
        "## Pass rates", _rates(report), "## Benchmarks", _benchmarks(report), "## Sources and licences", _sources(report),
        "## Making it again", _again(report),
    ]  # fmt: skip
    return f"---\n{head}---\n\n" + "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def _head(report: Report, heads: Mapping[str, Json]) -> Json:
    by_format = Counter[str]()
    for export in report.exports:
        by_format[export.format] += sum(export.rows.values())
    rows = max(by_format.values(), default=0)
    head: dict[str, Json] = {
        "license": report.config["license"],
        "pretty_name": report.config["title"],
        "language": ["en"],
        "task_categories": ["text-generation"],
        "tags": ["tool-use", "function-calling", "agents", "synthetic", "dive"],
        "size_categories": [next((name for most, name in _SIZES if rows < most), "n>1M")],
    }
    configs, infos = [], []
    for number, (folder, below) in enumerate(heads.items()):
        name = config_name(folder)
        files = [
            {"split": each["split"], "path": f"{folder}/{each['path']}"}
            for config in below["configs"]
            for each in config["data_files"]
        ]  # fmt: skip
        configs.append({"config_name": name, **({"default": True} if number == 0 else {}), "data_files": files})
        if "dataset_info" in below:
            infos.append({"config_name": name, **below["dataset_info"]})
    return head | ({"configs": configs} if configs else {}) | ({"dataset_info": infos} if infos else {})


def config_name(folder: str) -> str:
    """What Hugging Face calls the part of a folder: `sft` for `jsonl/sft`, `trl_sft` for `trl/sft`."""
    return folder.removeprefix("jsonl/").replace("/", "_")


def _opening(report: Report) -> str:
    count = ", ".join(
        f"{number:,} for {'training' if where == 'train' else 'evaluation'} ({purpose})"
        for purpose, parts in report.tasks.items()
        for where, number in parts.items()
    )
    rows = _table(
        ("format", "purpose", "split", "rows", "left out"),
        (
            (f"`{export.folder}`", export.purpose, split, f"{number:,}", _reasons(export.dropped) or "none")
            for export in report.exports
            for split, number in export.rows.items()
        ),
    )
    text = (
        f"Tasks for tool-using language models, made with DIVE: {count}. Real tools ran first, then question and answer were "
        f"derived from what came back, and every task was proven by running its derivation again.\n\n{rows}"
    )
    if any("eval" in parts for parts in report.tasks.values()):
        text += "\n\nEvaluation shares neither a seed entity nor a toolset with training."
    if report.lacking:
        text += f"\n\nFewer tasks than asked for: {_reasons(report.lacking)} too few."
    return text


def _loading(heads: Mapping[str, Json]) -> str:
    if not heads:
        return ""
    name = config_name(next(iter(heads)))
    return f'```python\nfrom datasets import load_dataset\n\nrows = load_dataset("FOLDER", "{name}", split="train")\n```'


def _funnel(report: Report) -> str:
    funnel = report.funnel
    steps = [("items worked on", "", f"{funnel.items:,}" if funnel.items is not None else "not known", "")]
    steps += [(f"gate `{gate}`", "", "", f"{count:,}") for gate, count in funnel.gates.items() if gate != "kept"]
    if "kept" in funnel.gates:
        steps.append(("proven tasks", "", f"{funnel.gates['kept']:,}", ""))
    for stage in funnel.stages:
        aside = f" ({stage.aside:,} set aside)" if stage.aside else ""
        steps.append((stage.step, stage.purpose, f"{stage.kept:,}", _reasons(stage.dropped) + aside))
    counts = _table(("solutions and verdicts", "count"), ((name, f"{count:,}") for name, count in report.solutions.items()))
    return (
        _table(("step", "purpose", "kept", "dropped"), steps)
        + "\n\nEach dropped task stands in `dropped.jsonl` with its reason.\n\n"
        + (counts if report.solutions else "")
    )


def _diversity(measured: Mapping[str, Diversity]) -> str:
    return _table(
        ("training tasks", *measured),
        ((name, *(_figure(getattr(each, field)) for each in measured.values())) for name, field in _MEASURES.items()),
    )


def _coverage(purpose: str, covered: tuple[Covered, ...]) -> str:
    return f"How the chosen tasks ({purpose}) cover what there was, beside a random choice of as many:\n\n" + _table(
        ("values of", "in all", "chosen", "random", "chosen, effective", "random, effective"),
        ((c.family, c.pool, c.chosen, c.random, _figure(c.chosen_even), _figure(c.random_even)) for c in covered),
    )


def _rates(report: Report) -> str:
    if not report.pass_rates:
        return ""
    most = max(report.pass_rates.values())
    bars = (
        f"{rate:>10}  {'#' * max(1, round(_BAR * count / most)):<{_BAR}}  {count:,}" for rate, count in report.pass_rates.items()
    )
    whose = f"`{report.solver}`" if report.solver else "all solvers together"
    return f"Correct of scored samples of {whose}, before any task was dropped for it:\n\n```text\n" + "\n".join(bars) + "\n```"


def _benchmarks(report: Report) -> str:
    contamination = report.contamination
    if not contamination.files:
        return "Not compared with any benchmark."
    hit = [file for file in contamination.files if file.tasks or file.seeds]
    empty = [file.file for file in contamination.files if file.silent]
    parts = [
        "Queries, seeds and the exemplars whose form was imitated were compared with "
        f"{sum(file.texts for file in contamination.files):,} texts of {len(contamination.files):,} files: 8 words in a row, "
        f"or a whole text of fewer words. Exemplars compared: {contamination.exemplars:,}."
    ]
    if contamination.exemplars_unknown:
        parts.append(
            f"Exemplars not compared, as their texts are not among the built-in ones: {contamination.exemplars_unknown:,}."
        )
    if empty:
        named = ", ".join(f"`{name}`" for name in empty[:_MOST]) + (", ..." if len(empty) > _MOST else "")
        parts.append(
            f"Hardly any text with words is in {len(empty):,} files ({named}): encrypted, in a script without spaces, or without "
            "questions, so the comparison says nothing of them."
        )
    files = _table(
        ("file", "texts", "of 8 words or more", "tasks dropped", "tasks whose seed is a whole text of it"),
        ((f"`{f.file}`", f"{f.texts:,}", f"{f.long_texts:,}", f"{f.tasks:,}", f"{f.seeds:,}") for f in hit),
    )
    overlaps = _table(
        ("task", "why", "file", "words"), ((each.task, each.reason, f"`{each.file}`", each.words) for each in report.overlaps)
    )
    text = " ".join(parts) + (f"\n\n{files}" if hit else " Nothing overlaps.")
    return text + (f"\n\nDropped for it (the first {len(report.overlaps)}):\n\n{overlaps}" if report.overlaps else "")


def _sources(report: Report) -> str:
    libraries = _table(
        ("library", "versions", "licence that it states", "used tools"),
        ((f"`{each.name}`", ", ".join(each.versions), each.licence, each.tools) for each in report.libraries),
    )
    origins = _table(
        ("source of data or formulas", "used tools"),
        ((each.source, ", ".join(f"`{tool}`" for tool in each.tools)) for each in report.origins),
    )
    return (
        "Tasks hold facts from these libraries and tables, whose terms go on to apply. Terms of data can differ from the licence "
        f"of the library that carries them.\n\n{libraries}\n\n{origins}"
    )


def _again(report: Report) -> str:
    runs = []
    for run in report.runs:
        options = yaml.safe_dump(run.config, sort_keys=False).strip() if run.config else "# the default options"
        files = _table(("file", "SHA-256"), ((f"`{name}`", sha) for name, sha in {**run.files, "tools": run.tools}.items()))
        made = f"Run `{run.name}`, `dive synth --config {run.name}.yaml --out {run.name}` with"
        runs.append(f"{made}\n\n```yaml\n{options}\n```\n\n{files}")
    solvers = _table(
        ("solver", "settings", "solutions", "scored", "correct", "tools"),
        (
            (f"`{each.solver}`", f"`{each.settings}`", f"{each.solutions:,}", f"{each.scored:,}", f"{each.correct:,}", tools)
            for each in report.solvers
            for tools in ["never called" if each.by_heart else "called"]
        ),
    )
    return (
        f"DIVE {report.dive}, selection `{report.identity}`. Each run was solved (`dive solve`) and verified (`dive verify`), "
        f"then:\n\n```bash\n{command(report)}\n```\n\n" + "\n\n".join([*([solvers] if report.solvers else []), *runs])
    )


def command(report: Report) -> str:
    """The command line that makes the same selection."""
    default = DatasetConfig().identity
    words = ["dive dataset", *(run.name for run in report.runs), "--out FOLDER"]
    for name, value in report.config.items():
        if value != default[name]:
            flag = f"--{name.replace('_', '-')}"
            words += [f"{flag} {_quoted(each)}" for each in value] if isinstance(value, list) else [f"{flag} {_quoted(value)}"]
    return " ".join(words)


def _quoted(value: Json) -> str:
    return quote(f"{value:g}" if isinstance(value, float) else str(value))


def _figure(value: Json) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"


def _reasons(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count:,}" for name, count in counts.items())


def _table(names: Iterable[object], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    lines = [[str(cell).replace("|", "\\|").replace("\n", " ") for cell in row] for row in (names, *rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
