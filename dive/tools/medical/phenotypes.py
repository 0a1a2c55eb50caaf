"""Phenotypes of the Human Phenotype Ontology: identifiers, hierarchy, similarity, and the genes and diseases that
show them.

A gene or disease counts for a phenotype when it is annotated with the phenotype or with a more specific one, as in the
ontology's own files. Lists are complete or refused: a phenotype with thousands of genes is answered with `too_large`.
"""

from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.medical import ontology
from dive.tools.medical.ontology import SOURCE, Phenotype
from dive.tools.tool import Says, Semantic, tool

Measure = Literal["Resnik", "Lin", "Jiang-Conrath", "graph-based information content"]
METHODS: dict[str, str] = {
    "Resnik": "resnik", "Lin": "lin", "Jiang-Conrath": "jc", "graph-based information content": "graphic",
}  # fmt: skip


class PhenotypeRecord(TypedDict):
    hpo_id: Annotated[str, Semantic("med.hpo"), Says("HPO identifier", same_as="phenotype")]
    genes: Annotated[int, Says("number of genes linked to {phenotype} in the Human Phenotype Ontology")]
    omim_diseases: Annotated[int, Says("number of OMIM diseases that show {phenotype}")]
    orphanet_diseases: Annotated[int, Says("number of Orphanet diseases that show {phenotype}")]
    information_content: Annotated[float | None, Says("information content among OMIM diseases", digits=2)]
    depth: Annotated[int, Says("number of steps from {phenotype} up to the root of the Human Phenotype Ontology")]
    categories: Annotated[
        list[Annotated[str, Semantic("med.category")]],
        Says("HPO category that {phenotype} belongs to", plural="HPO categories that {phenotype} belongs to"),
    ]


class NamedPhenotype(TypedDict):
    phenotype: Annotated[str, Semantic("med.phenotype"), Says("phenotype name", same_as="hpo_id")]
    subtypes: Annotated[int, Says("number of direct subtypes of {hpo_id}")]


class RelatedPhenotype(TypedDict):
    phenotype: Annotated[str, Semantic("med.phenotype"), Says("name", names=True)]
    omim_diseases: Annotated[int, Says("number of OMIM diseases")]
    genes: Annotated[int, Says("number of linked genes")]
    information_content: Annotated[float | None, Says("information content among OMIM diseases", digits=2)]


class Parents(TypedDict):
    parents: Annotated[
        list[RelatedPhenotype],
        Says("direct parent of {phenotype} in the Human Phenotype Ontology",
             plural="direct parents of {phenotype} in the Human Phenotype Ontology"),
    ]  # fmt: skip


class Children(TypedDict):
    children: Annotated[
        list[RelatedPhenotype],
        Says("direct subtype of {phenotype} in the Human Phenotype Ontology",
             plural="direct subtypes of {phenotype} in the Human Phenotype Ontology"),
    ]  # fmt: skip


class LinkedGene(TypedDict):
    gene: Annotated[str, Semantic("bio.gene"), Says("symbol", names=True)]
    phenotypes: Annotated[int, Says("number of annotated phenotypes")]


class LinkedGenes(TypedDict):
    genes: Annotated[list[LinkedGene], Says("gene linked to {phenotype}", plural="genes linked to {phenotype}")]


class ShowingDisease(TypedDict):
    disease: Annotated[str, Semantic("med.disease"), Says("name", names=True)]
    omim: Annotated[str, Semantic("med.omim"), Says("OMIM number", ask=False)]
    phenotypes: Annotated[int, Says("number of annotated phenotypes")]


class ShowingDiseases(TypedDict):
    diseases: Annotated[
        list[ShowingDisease], Says("OMIM disease that shows {phenotype}", plural="OMIM diseases that show {phenotype}")
    ]


class ShowingRareDisease(TypedDict):
    disease: Annotated[str, Semantic("med.rare_disease"), Says("name", names=True)]
    orpha: Annotated[str, Semantic("med.orpha"), Says("ORPHA number", ask=False)]
    phenotypes: Annotated[int, Says("number of annotated phenotypes")]


class ShowingRareDiseases(TypedDict):
    diseases: Annotated[
        list[ShowingRareDisease],
        Says("Orphanet disease that shows {phenotype}", plural="Orphanet diseases that show {phenotype}"),
    ]


class Similarity(TypedDict):
    similarity: Annotated[
        float, Says("{measure} similarity between {first} and {second} in the Human Phenotype Ontology", digits=3)
    ]


class CommonAncestor(TypedDict):
    ancestor: Annotated[
        str,
        Semantic("med.phenotype"),
        Says("most informative common ancestor of {first} and {second} in the Human Phenotype Ontology"),
    ]
    information_content: Annotated[
        float | None,
        Says("information content of the most informative common ancestor of {first} and {second}", digits=2),
    ]
    steps: Annotated[int, Says("number of steps from {first} to {second} in the Human Phenotype Ontology")]


class SharedGenes(TypedDict):
    genes: Annotated[
        list[LinkedGene],
        Says("gene linked to both {first} and {second}", plural="genes linked to both {first} and {second}"),
    ]


class SharedDiseases(TypedDict):
    diseases: Annotated[
        list[ShowingDisease],
        Says(
            "OMIM disease that shows both {first} and {second}",
            plural="OMIM diseases that show both {first} and {second}",
        ),
    ]


def _related(terms: list[Any]) -> list[RelatedPhenotype]:
    return [
        {
            "phenotype": t.name, "omim_diseases": ontology.shown_by(int(t)), "genes": len(t.genes),
            "information_content": ontology.information(int(t)),
        }
        for t in ontology.by_name(terms)
    ]  # fmt: skip


def _genes(genes: Any) -> list[LinkedGene]:
    named = [gene for gene in genes if gene.name != "-"]
    return [{"gene": g.name, "phenotypes": ontology.annotated(g)} for g in ontology.most_annotated(named)]


def _diseases(diseases: Any) -> list[ShowingDisease]:
    return [
        {"disease": ontology.title(d), "omim": str(d.id), "phenotypes": ontology.annotated(d)}
        for d in ontology.most_annotated(diseases)
    ]


def _two(first: str, second: str) -> tuple[Any, Any]:
    one, other = ontology.term(first), ontology.term(second)
    if one.id == other.id:
        raise bad_arguments("first and second are the same phenotype")
    return one, other


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{phenotype}",
    requires=("hpo3",), examples=({"phenotype": "Ectopia lentis"}, {"phenotype": "Seizure"}),
)  # fmt: skip
def phenotype_record(phenotype: Phenotype) -> PhenotypeRecord:
    """HPO identifier, categories, information content and numbers of genes and diseases of a phenotype."""
    found = ontology.term(phenotype)
    return {
        "hpo_id": found.id,
        "genes": len([g for g in found.genes if g.name != "-"]),
        "omim_diseases": ontology.shown_by(int(found)),
        "orphanet_diseases": len(found.orpha_diseases),
        "information_content": ontology.information(int(found)),
        "depth": int(found.shortest_path_to_root()),
        "categories": list(ontology.categories_of(int(found))),
    }


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{hpo_id}",
    requires=("hpo3",), examples=({"hpo_id": "HP:0001083"},),
)  # fmt: skip
def phenotype_by_id(
    hpo_id: Annotated[str, Semantic("med.hpo"), Field(description="HPO identifier, as HP:0001083", pattern=r"^HP:[0-9]{7}$")],
) -> NamedPhenotype:
    """The name of the phenotype with an HPO identifier."""
    try:
        found = ontology.load().get_hpo_object(hpo_id)
    except RuntimeError:
        raise not_found("phenotype", hpo_id) from None
    if found.is_obsolete:
        raise not_found("current phenotype", hpo_id)
    return {"phenotype": found.name, "subtypes": len(found.children)}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{phenotype}",
    requires=("hpo3",), examples=({"phenotype": "Ectopia lentis"},),
)  # fmt: skip
def phenotype_parents(phenotype: Phenotype) -> Parents:
    """The direct parents of a phenotype with their numbers of diseases and genes, by name."""
    return {"parents": _related(ontology.bounded(list(ontology.term(phenotype).parents), f"parents of {phenotype}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{phenotype}",
    requires=("hpo3",), examples=({"phenotype": "Arrhythmia"}, {"phenotype": "Hearing impairment"}),
)  # fmt: skip
def phenotype_subtypes(phenotype: Phenotype) -> Children:
    """The direct subtypes of a phenotype with their numbers of diseases and genes, by name."""
    return {"children": _related(ontology.bounded(list(ontology.term(phenotype).children), f"subtypes of {phenotype}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{phenotype}",
    requires=("hpo3",), examples=({"phenotype": "Dural ectasia"},),
)  # fmt: skip
def genes_for_phenotype(phenotype: Phenotype) -> LinkedGenes:
    """The genes linked to a phenotype or its subtypes, those with most annotated phenotypes first; refused above 40."""
    found = [gene for gene in ontology.term(phenotype).genes if gene.name != "-"]
    return {"genes": _genes(ontology.bounded(found, f"genes linked to {phenotype}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{phenotype}",
    requires=("hpo3",), examples=({"phenotype": "Dural ectasia"},),
)  # fmt: skip
def diseases_for_phenotype(phenotype: Phenotype) -> ShowingDiseases:
    """The OMIM diseases that show a phenotype or its subtypes, those with most phenotypes first; refused above 40."""
    found = ontology.term(phenotype).omim_diseases
    return {"diseases": _diseases(ontology.bounded(list(found), f"OMIM diseases that show {phenotype}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{phenotype}",
    requires=("hpo3",), examples=({"phenotype": "Dural ectasia"},),
)  # fmt: skip
def rare_diseases_for_phenotype(phenotype: Phenotype) -> ShowingRareDiseases:
    """The Orphanet diseases that show a phenotype or its subtypes, those with most phenotypes first; refused above
    40."""
    found = ontology.bounded(list(ontology.term(phenotype).orpha_diseases), f"Orphanet diseases that show {phenotype}")
    diseases: list[ShowingRareDisease] = [
        {"disease": ontology.title(d), "orpha": str(d.id), "phenotypes": ontology.annotated(d)}
        for d in ontology.most_annotated(found)
    ]
    return {"diseases": diseases}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"first": "Seizure", "second": "Ataxia", "measure": "Lin"},),
)  # fmt: skip
def phenotype_similarity(first: Phenotype, second: Phenotype, measure: Measure) -> Similarity:
    """Semantic similarity of two phenotypes by their information content among OMIM diseases.

    Resnik (IJCAI 1995), Lin (ICML 1998), Jiang and Conrath (ROCLING 1997), Deng et al. (PLoS One 2015), as in hpo3.
    """
    one, other = _two(first, second)
    return {"similarity": round(float(one.similarity_score(other, "omim", METHODS[measure])), 4)}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"first": "Ectopia lentis", "second": "Cataract"},),
)  # fmt: skip
def phenotype_common_ancestor(first: Phenotype, second: Phenotype) -> CommonAncestor:
    """The common ancestor of two phenotypes with the highest information content, and the length of the path between
    them."""
    one, other = _two(first, second)
    shared = sorted(one.common_ancestors(other), key=lambda t: (-t.information_content.omim, t.id))
    if not shared:
        raise not_found("common ancestor", f"{first} and {second}")
    return {
        "ancestor": shared[0].name, "information_content": ontology.information(int(shared[0])),
        "steps": int(one.path_to_other(other)[0]),
    }  # fmt: skip


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"first": "Ectopia lentis", "second": "Arachnodactyly"},),
)  # fmt: skip
def genes_for_two_phenotypes(first: Phenotype, second: Phenotype) -> SharedGenes:
    """The genes linked to both of two phenotypes, those with most annotated phenotypes first; refused above 40."""
    one, other = _two(first, second)
    numbers = {gene.id for gene in other.genes}
    shared = [gene for gene in one.genes if gene.id in numbers and gene.name != "-"]
    return {"genes": _genes(ontology.bounded(shared, f"genes linked to both {first} and {second}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"first": "Ectopia lentis", "second": "Arachnodactyly"},),
)  # fmt: skip
def diseases_for_two_phenotypes(first: Phenotype, second: Phenotype) -> SharedDiseases:
    """The OMIM diseases that show both of two phenotypes, those with most phenotypes first; refused above 40."""
    one, other = _two(first, second)
    numbers = {disease.id for disease in other.omim_diseases}
    shared = [disease for disease in one.omim_diseases if disease.id in numbers]
    return {"diseases": _diseases(ontology.bounded(shared, f"OMIM diseases that show both {first} and {second}"))}
