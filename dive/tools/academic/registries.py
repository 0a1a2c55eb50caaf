"""Identifier registries of science: the Bioregistry's records of prefixes, identifiers, collections and publications.

The registry that the package carries is read once and indexed; nothing is fetched. A prefix may be given in any
spelling
that the Bioregistry knows. What bioregistry does not settle (which of two URLs is better, say) is not covered.
"""

import os
from functools import cache
from importlib import import_module
from tempfile import TemporaryDirectory
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Says, Semantic, tool

SOURCE = "Bioregistry (Hoyt et al. 2022, doi:10.1038/s41597-022-01807-3), CC0; https://bioregistry.io"
LIMIT = 40

Prefix = Annotated[str, Semantic("aca.prefix"), Field(description="Registry prefix, such as chebi", min_length=2, max_length=60)]
RegistryName = Annotated[
    str, Semantic("aca.registry_name"), Field(description="Full name of a registry", min_length=2, max_length=200)
]
Curie = Annotated[
    str,
    Semantic("aca.curie"),
    Field(description="Compact identifier, such as chebi:24867", min_length=4, max_length=120),
]
Doi = Annotated[str, Semantic("aca.doi"), Field(description="DOI, such as 10.1093/nar/gkv1031", min_length=7, max_length=120)]


class Registry(TypedDict):
    name: Annotated[str, Semantic("aca.registry_name"), Says("name", same_as="prefix")]
    homepage: Annotated[str | None, Semantic("web.url"), Says("homepage address")]
    licence: Annotated[str | None, Semantic("aca.licence"), Says("licence under which the data of {prefix} are released")]
    example: Annotated[str | None, Semantic("aca.curie"), Says("example identifier given for {prefix}")]
    contact: Annotated[str | None, Semantic("aca.orcid"), Says("ORCID iD of the contact person of {prefix}")]
    keywords: Annotated[
        list[Annotated[str, Semantic("aca.keyword")]] | None,
        Says("subject keyword of {prefix}", plural="subject keywords of {prefix}"),
    ]
    pattern: Annotated[str | None, Says("pattern of identifiers", ask=False)]
    synonyms: Annotated[int, Says("number of alternative prefixes")]
    mappings: Annotated[int, Says("number of other registries that list {prefix}")]
    deprecated: Annotated[bool, Says("deprecated")]


class NamedRegistry(TypedDict):
    prefix: Annotated[str, Semantic("aca.prefix"), Says("prefix", same_as="name")]
    homepage: Annotated[str | None, Semantic("web.url"), Says("homepage address")]
    keywords: Annotated[int, Says("number of subject keywords")]


class Mapping(TypedDict):
    registry: Annotated[str, Semantic("aca.metaregistry"), Says("registry", names=True)]
    key: Annotated[str, Says("entry key there")]


class Mappings(TypedDict):
    mappings: Annotated[list[Mapping], Says("other registry that lists {prefix}", plural="other registries that list {prefix}")]


class Metaregistry(TypedDict):
    homepage: Annotated[str, Semantic("web.url"), Says("homepage address")]
    description: Annotated[str, Says("description", ask=False)]
    scope: Annotated[str | None, Says("subject scope", ask=False)]
    prefixes: Annotated[int, Says("number of Bioregistry prefixes that {registry} also lists")]
    share: Annotated[float, Says("share of Bioregistry prefixes that {registry} also lists", unit="%", digits=2)]
    bulk_data: Annotated[bool, Says("available as a bulk download")]


class Resolved(TypedDict):
    prefix: Annotated[str, Semantic("aca.prefix"), Says("registry to which {curie} belongs")]
    normalised: Annotated[str, Semantic("aca.curie"), Says("normalised form", same_as="curie")]
    url: Annotated[str | None, Semantic("web.url"), Says("web address to which {curie} resolves")]
    valid: Annotated[bool | None, Says("well formed under the pattern of its registry")]


class Provider(TypedDict):
    provider: Annotated[str, Says("provider", names=True)]
    url: Annotated[str, Semantic("web.url"), Says("address")]


class Providers(TypedDict):
    providers: Annotated[list[Provider], Says("resolver that serves {curie}", plural="resolvers that serve {curie}")]


class Paper(TypedDict):
    title: Annotated[str | None, Says("title", ask=False)]
    doi: Annotated[str, Semantic("aca.doi"), Says("DOI", names=True)]
    year: Annotated[int | None, Semantic("time.year"), Says("publication year", high="latest", low="earliest")]


class Papers(TypedDict):
    publications: Annotated[
        list[Paper],
        Says("publication with a DOI that describes {prefix}", plural="publications with a DOI that describe {prefix}"),
    ]


class Described(TypedDict):
    title: Annotated[str | None, Says("title", same_as="doi")]
    year: Annotated[int | None, Semantic("time.year"), Says("publication year", high="latest", low="earliest")]
    pubmed: Annotated[str | None, Semantic("aca.identifier"), Says("PubMed identifier")]
    registries: Annotated[
        list[Annotated[str, Semantic("aca.prefix")]],
        Says("identifier prefix described by {doi}", plural="identifier prefixes described by {doi}"),
    ]


@cache
def library() -> Any:
    """The package `bioregistry`, loaded without the folders that it makes in the home directory and the settings that it
    reads there.
    """
    names = ("PYSTOW_HOME", "PYSTOW_CONFIG_HOME")
    before = {name: os.environ.get(name) for name in names}
    with TemporaryDirectory(prefix="dive-") as empty:
        os.environ.update(dict.fromkeys(names, empty))
        try:
            return import_module("bioregistry")
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                os.environ.update({} if value is None else {name: value})


@cache
def records() -> dict[str, Any]:
    """All records of the Bioregistry by prefix, in the order of the alphabet."""
    bioregistry = library()
    return dict(sorted(bioregistry.read_registry().items()))


@cache
def _names() -> dict[str, str]:
    return {record.get_name().casefold(): prefix for prefix, record in reversed(records().items())}


@cache
def _publications() -> dict[str, list[tuple[str, Any]]]:
    found: dict[str, list[tuple[str, Any]]] = {}
    for prefix, record in records().items():
        for paper in record.get_publications():
            if paper.doi:
                found.setdefault(paper.doi.lower(), []).append((prefix, paper))
    return found


@cache
def _spdx() -> frozenset[str]:
    from license_expression import get_spdx_licensing

    return frozenset(get_spdx_licensing().known_symbols)


def record_of(prefix: str) -> tuple[str, Any]:
    """A prefix in its normal spelling, with its record; `not_found` where there is none."""
    bioregistry = library()
    known = bioregistry.normalize_prefix(prefix.strip())
    if known is None or known not in records():
        raise not_found("registry prefix", prefix)
    return known, records()[known]


def licence_of(record: Any) -> str | None:
    """The SPDX identifier of a record's licence, where it states one."""
    stated = record.get_license()
    return stated if stated in _spdx() else None


def _contact(record: Any) -> str | None:
    # get_contact_orcid() falls back field by field and may name another person than get_contact(); one record is kept
    # whole.
    person = record.get_contact()
    return person.orcid if person else None


def _keywords(record: Any) -> list[str] | None:
    words = sorted({word.lower() for word in record.get_keywords() or []})
    return words if 0 < len(words) <= LIMIT else None


def _example(record: Any) -> str | None:
    stated = record.get_example()
    return f"{record.prefix}:{stated}" if stated else None


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{prefix}",
    requires=("bioregistry", "license-expression"), examples=({"prefix": "chebi"}, {"prefix": "go"}),
)  # fmt: skip
def registry_by_prefix(prefix: Prefix) -> Registry:
    """Name, homepage, licence and an example identifier of the registry that owns an identifier prefix."""
    _, record = record_of(prefix)
    return {
        "name": record.get_name(), "homepage": record.get_homepage(), "licence": licence_of(record),
        "example": _example(record), "contact": _contact(record), "pattern": record.get_pattern(),
        "keywords": _keywords(record),
        "synonyms": len(record.get_synonyms()), "mappings": len(record.get_mappings() or {}),
        "deprecated": bool(record.is_deprecated()),
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{name}",
    requires=("bioregistry",), examples=({"name": "Gene Ontology"},),
)  # fmt: skip
def registry_by_name(name: RegistryName) -> NamedRegistry:
    """The identifier prefix and homepage of a scientific registry by its full name."""
    prefix = _names().get(name.strip().casefold())
    if prefix is None:
        raise not_found("registry named", name)
    record = records()[prefix]
    return {"prefix": prefix, "homepage": record.get_homepage(), "keywords": len(record.get_keywords() or [])}


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{prefix}",
    requires=("bioregistry",), examples=({"prefix": "uniprot"},),
)  # fmt: skip
def registry_mappings(prefix: Prefix) -> Mappings:
    """The other registries that list an identifier prefix, with the key of their entry, by name."""
    bioregistry = library()
    meta = bioregistry.read_metaregistry()
    _, record = record_of(prefix)
    mappings = record.get_mappings() or {}
    rows: list[Mapping] = [{"registry": meta[key].name if key in meta else key, "key": str(mappings[key])} for key in mappings]
    return {"mappings": sorted(rows, key=lambda row: (row["registry"], row["key"]))}


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{registry}",
    requires=("bioregistry",), examples=({"registry": "Linked Open Vocabularies"},),
)  # fmt: skip
def metaregistry_record(
    registry: Annotated[
        str,
        Semantic("aca.metaregistry"),
        Field(description="Name of a registry of registries", min_length=2, max_length=100),
    ],
) -> Metaregistry:
    """Homepage of a registry of registries, and how many prefixes of the Bioregistry it also lists."""
    bioregistry = library()
    wanted = registry.strip().casefold()
    for key, found in sorted(bioregistry.read_metaregistry().items()):
        if wanted in (key.casefold(), found.name.casefold()):
            count = sum(key in (record.get_mappings() or {}) for record in records().values())
            governed, qualities = found.governance, found.qualities
            return {
                "homepage": found.homepage, "description": found.description,
                "scope": governed.scope if governed else None, "prefixes": count,
                "share": 100 * count / len(records()), "bulk_data": bool(qualities and qualities.bulk_data),
            }  # fmt: skip
    raise not_found("metaregistry", registry)


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{curie}",
    requires=("bioregistry",), examples=({"curie": "CHEBI:24867"}, {"curie": "doi:10.1038/nature12373"}),
)  # fmt: skip
def curie_resolve(curie: Curie) -> Resolved:
    """The registry, the normalised form and the web address of a compact identifier (prefix:identifier)."""
    bioregistry = library()
    prefix, identifier = _parts(curie)
    return {
        "prefix": prefix, "normalised": f"{prefix}:{identifier}", "url": bioregistry.get_iri(prefix, identifier),
        "valid": records()[prefix].is_valid_identifier(identifier) if records()[prefix].get_pattern() else None,
    }  # fmt: skip


def _parts(curie: str) -> tuple[str, str]:
    bioregistry = library()
    if ":" not in curie:
        raise bad_arguments(f"{curie!r} is not of the form prefix:identifier")
    prefix, identifier = bioregistry.parse_curie(curie.strip()) or (None, None)
    if prefix is None or identifier is None or prefix not in records():
        raise not_found("registry of the identifier", curie)
    return prefix, identifier


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{curie}",
    requires=("bioregistry",), examples=({"curie": "chebi:24867"},),
)  # fmt: skip
def curie_providers(curie: Curie) -> Providers:
    """The resolvers and mirrors that serve a compact identifier, with the address at each, by name."""
    bioregistry = library()
    prefix, identifier = _parts(curie)
    found = bioregistry.get_providers(prefix, identifier)
    if not found:
        raise not_found("provider of the identifier", curie)
    return {"providers": [{"provider": key, "url": found[key]} for key in sorted(found)]}


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{prefix}",
    requires=("bioregistry",), examples=({"prefix": "chebi"},),
)  # fmt: skip
def registry_publications(prefix: Prefix) -> Papers:
    """The publications with a DOI that describe a registry, latest first."""
    _, record = record_of(prefix)
    rows: list[Paper] = [
        {"title": paper.title, "doi": paper.doi.lower(), "year": paper.year}
        for paper in record.get_publications() if paper.doi
    ]  # fmt: skip
    if not rows or len(rows) > LIMIT:
        raise not_found("publication of the registry", prefix)
    return {"publications": sorted(rows, key=lambda row: (-(row["year"] or 0), row["doi"]))}


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{doi}",
    requires=("bioregistry",), examples=({"doi": "10.1093/nar/gkv1031"},),
)  # fmt: skip
def publication_by_doi(doi: Doi) -> Described:
    """Title, year and PubMed identifier of a publication that describes scientific registries, and these registries."""
    found = _publications().get(doi.strip().lower().removeprefix("https://doi.org/"))
    if not found:
        raise not_found("publication about a registry", doi)
    paper = found[0][1]
    return {
        "title": paper.title, "year": paper.year, "pubmed": paper.pubmed,
        "registries": sorted({prefix for prefix, _ in found})[:LIMIT],
    }  # fmt: skip
