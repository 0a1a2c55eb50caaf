"""Writes `docs/formulas.md` from the pool and from what the tests prove: `.venv/bin/python tests/tools/formula_page.py`."""

import json
from collections import Counter
from importlib import import_module
from pathlib import Path

from formula_examples import CLINICAL
from formula_examples_other import OTHER
from formula_proofs import AGAINST, HOLDS, TOOLS

from dive.tools.pool import DOMAINS

EXAMPLES = (*CLINICAL, *OTHER)
RECORDED = [json.loads(line) for line in Path(__file__).with_name("clinical_recorded.jsonl").read_text("utf-8").splitlines()]
"""Answers of other programs; see `record_clinical.py`."""
PAGE = Path(__file__).parents[2] / "docs" / "formulas.md"
HEAD = """# Formulas

Tools that compute a published formula: what they compute, where the formula comes from, and how it is proven. The
coefficients of most are written out in DIVE; some call a library, and are compared with another one. A value outside of
the range for which a formula is published is answered with `bad_arguments`.

- **Examples** counts worked examples: the expected value is printed in the literature, or stands as arithmetic beside
  the arguments; limits of categories are among them (`tests/tools/formula_examples.py`, `formula_examples_other.py`).
- **Compared with** names another implementation: over random arguments (`tests/tools/test_formulas_independent.py`,
  `test_formulas_money.py`), or by answers of clinical programs that were recorded once (`record_clinical.py`).
- **Property** is a law that holds for any arguments (`tests/tools/test_formula_properties.py`,
  `test_formula_properties_other.py`).

This page is written by the tests' own tables, and `tests/tools/test_formulas.py` fails when it is not current. Write it
anew with

```bash
.venv/bin/python tests/tools/formula_page.py
```
"""


def proven() -> list[str]:
    """The formula tools in the order of the pool."""
    for module in (
        "test_formula_properties",
        "test_formula_properties_other",
        "test_formulas_independent",
        "test_formulas_money",
    ):
        import_module(module)
    named = {example.tool for example in EXAMPLES} | set(AGAINST) | set(HOLDS)
    return [name for name in TOOLS if name in named]


def comparisons(name: str) -> list[str]:
    """Other implementations of a tool's formula, recorded ones with the number of answers."""
    answers = Counter(line["by"] for line in RECORDED if line["tool"] == name)
    return [*(f"{program} ({count} answers)" for program, count in answers.items()), *AGAINST[name]]


def line(name: str, examples: Counter[str]) -> str:
    tool = TOOLS[name]
    cells = (
        f"`{name}`",
        tool.description,
        tool.source,
        str(examples[name]),
        "; ".join(comparisons(name)),
        "; ".join(HOLDS[name]),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def page() -> str:
    """The whole page."""
    names, examples = proven(), Counter(example.tool for example in EXAMPLES)
    parts = [HEAD]
    for domain in DOMAINS:
        rows = [line(name, examples) for name in names if TOOLS[name].domain == domain]
        if rows:
            head = "| tool | what it computes | source | examples | compared with | property |\n|---|---|---|---|---|---|"
            parts.append(f"\n## {domain.capitalize()}: {len(rows)} tools\n\n{head}\n" + "\n".join(rows) + "\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
