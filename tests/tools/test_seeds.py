"""The shipped seeds of every domain: how many, from where, and whether the tools answer for them; then what the values of
the academic and financial ones are.

The files are rebuilt byte by byte where slow tests run; what they hold is checked always.
"""

import random
import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from importlib import import_module, resources
from pathlib import Path

import pytest

from dive.errors import ToolError
from dive.seeds import SeedPool, build_seeds
from dive.tools.fields import Parameter
from dive.tools.pool import ToolPool
from dive.tools.tool import Tool
from dive.types import Json, Seed

LEAST = {"general": 2000, "academic": 5000, "biological": 5000, "financial": 5000, "medical": 5000}
POOL = ToolPool.default()
SEEDS = {domain: [seed for seeds in SeedPool.default().by_domain[domain].values() for seed in seeds] for domain in LEAST}
PAGE = Path(__file__).parents[2] / "docs/data-sources.md"


def of_type(semantic: str) -> list[str]:
    return [seed.value for domain in ("academic", "financial") for seed in SEEDS[domain] if seed.semantic == semantic]


def takers(seed: Seed) -> list[tuple[Tool, str]]:
    """The tools of the seed's domain that take its type, each with the parameter that does."""
    return [
        (tool, name)
        for tool in POOL.where(domain=seed.domain)
        for name, parameter in tool.parameters.items()
        if parameter.semantic == seed.semantic
    ]


def stated(domain: str, parameter: Parameter) -> Sequence[Json]:
    """Values that a person would give for a parameter."""
    return parameter.among or [seed.value for seed in SEEDS[domain] if seed.semantic == parameter.semantic]


def answered(seed: Seed) -> bool:
    """Whether a tool of the domain has an answer for the seed and one of the values that a person would state besides."""
    rng = random.Random(seed.value)
    for tool, name in takers(seed):
        others = {n: stated(seed.domain, p) for n, p in tool.parameters.items() if n != name and p.required}
        if not all(others.values()):
            continue
        value: Json = int(seed.value) if tool.parameters[name].kind == "integer" else seed.value
        for _ in range(30):
            try:
                tool.call({name: value} | {n: rng.choice(values) for n, values in others.items()})
            except ToolError as error:
                if error.code == "bug":
                    raise
            else:
                return True
    return False


@pytest.mark.parametrize("domain", LEAST)
def test_there_are_enough_of_many_types(domain):
    types = Counter(seed.semantic for seed in SEEDS[domain])
    assert sum(types.values()) >= LEAST[domain] and len(types) >= 10
    assert max(types.values()) <= 0.45 * sum(types.values())
    alike = Counter((seed.semantic, seed.value) for seed in SEEDS[domain])
    assert [seed for seed, count in alike.items() if count > 1] == []


@pytest.mark.parametrize("domain", LEAST)
def test_sources_are_named_and_counted_on_the_page(domain):
    [row] = re.findall(rf"^\| {domain} \| (.+) \|$", PAGE.read_text(encoding="utf-8").split("## Seeds")[1], re.MULTILINE)
    stated = {name: int(count.replace(",", "")) for name, count in re.findall(r"(\S.*?) ([\d,]+)(?:, |$)", row)}
    assert stated == Counter(seed.source for seed in SEEDS[domain])


@pytest.mark.parametrize("domain", LEAST)
def test_a_tool_of_the_domain_takes_every_type(domain):
    first = {seed.semantic: seed for seed in SEEDS[domain]}
    assert {semantic for semantic, seed in first.items() if not takers(seed)} == set()


@pytest.mark.slow
@pytest.mark.parametrize("domain", LEAST)
def test_a_sample_is_answered(domain):
    sample = random.Random(1).sample(SEEDS[domain], 200)
    assert [seed for seed in sample if not answered(seed)] == []


@pytest.mark.slow
@pytest.mark.parametrize("domain", ["academic", "biological", "financial"])
def test_what_no_table_has_is_not_answered(domain):
    """The test above would fail on such a seed."""
    known = {"academic": ("aca.planet", "Vulcan"), "biological": ("bio.enzyme", "NosuchI"), "financial": ("fin.mic", "XZZZ")}
    wrong = known[domain]
    assert not answered(Seed(domain=domain, semantic=wrong[0], value=wrong[1], source="nowhere"))


@pytest.mark.slow
@pytest.mark.parametrize("domain", LEAST)
def test_the_file_is_what_the_builder_makes(domain, tmp_path):
    counts = build_seeds(tmp_path, [domain])
    assert counts == {domain: len(SEEDS[domain])}
    shipped = resources.files("dive") / "data" / "seeds" / f"{domain}.jsonl"
    assert (tmp_path / f"{domain}.jsonl").read_bytes() == shipped.read_bytes()


@pytest.mark.parametrize(
    ("domain", "given"),
    [
        ("academic", {"tool": POOL["planet_on_date"], "name": "planet"}),
        ("financial", {"tool": POOL["exchange_facts"], "parameter": "exchange"}),
    ],
)
def test_a_builder_does_not_hide_a_bug(domain, given, monkeypatch):
    def broken(tool: Tool, arguments: Json) -> Json:
        raise ToolError("bug", f"{tool.name} divides by zero at {arguments}")

    monkeypatch.setattr(Tool, "call", broken)
    builder = import_module(f"dive.tools.{domain}.seeds")
    with pytest.raises(ToolError, match="divides by zero"):
        list(builder._checked(semantic="aca.planet", source="a list", values=["Mars"], **given))


# What the values are ------------------------------------------------------------------------------------------------


def test_well_known_entities_are_among_them():
    assert {"go", "chebi", "uniprot", "mesh"} <= set(of_type("aca.prefix")[:60])
    assert {"MIT", "Apache-2.0", "CC-BY-4.0", "GPL-3.0-only", "BSD-3-Clause"} <= set(of_type("aca.licence"))
    assert {"\\alpha", "\\infty", "\\leftrightarrow"} <= set(of_type("aca.macro"))
    assert {"speed of light in vacuum", "electron mass energy equivalent in MeV"} <= set(of_type("aca.constant"))
    assert {"CITI", "DEUT", "COBA", "BARC", "BNPA", "LOYD", "UBSW"} <= {bic[:4] for bic in of_type("fin.bic")}
    assert {"2024-02-29", "2008-09-15"} <= set(of_type("time.date"))


def test_deprecated_registries_and_ugly_prefixes_are_left_out():
    from dive.tools.academic.registries import records

    prefixes = [*of_type("aca.prefix"), *(curie.split(":")[0] for curie in of_type("aca.curie"))]
    assert [prefix for prefix in prefixes if records()[prefix].is_deprecated()] == []
    assert [prefix for prefix in prefixes if not re.fullmatch(r"[a-z][a-z0-9.-]*", prefix)] == []


def test_equinoxes_and_solstices():
    """US Naval Observatory, Earth's Seasons."""
    days = {seed.value for seed in SEEDS["academic"] if seed.semantic == "time.date"}
    assert {"2000-12-21", "1996-03-20", "2020-03-20", "2020-06-20", "2020-09-22", "2020-12-21"} <= days
    assert {date.fromisoformat(day).month for day in days} == {3, 6, 9, 12}


def test_an_office_is_listed_once_and_an_institution_at_most_twice_in_a_country():
    offices = Counter(bic[:8] for bic in of_type("fin.bic"))
    institutions = Counter(bic[:6] for bic in of_type("fin.bic"))
    countries = Counter(bic[4:6] for bic in of_type("fin.bic"))
    assert (max(offices.values()), max(institutions.values()), max(countries.values())) == (1, 2, 100)
    assert len(countries) > 40


def test_accounts_are_fictitious_and_pass_the_check():
    """ISO 7064 MOD 97-10 by hand; the account number holds as much of 1234567890 as fits."""
    for iban in of_type("fin.iban"):
        digits = "".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])
        assert int(digits) % 97 == 1
        assert "123456" in iban[4:], iban


def test_names_of_banks_can_be_read():
    from dive.tools.financial.seeds_banks import readable

    assert readable("Crédit Agricole") and readable("N26 Bank")
    assert not readable("B")
    assert not readable("中国银行股份有限公司")
    assert not readable("Genossenschaftsbank " * 4)
