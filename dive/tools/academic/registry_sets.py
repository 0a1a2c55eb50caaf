"""Groups of identifier registries: by subject keyword, by collection, and pairs that the same registries list.

Lists are complete or absent: of a group of more than 40 only the number is given.
"""

from functools import cache
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.academic.registries import LIMIT, SOURCE, Prefix, library, licence_of, record_of, records
from dive.tools.tool import Says, Semantic, tool


class Member(TypedDict):
    prefix: Annotated[str, Semantic("aca.prefix"), Says("prefix", names=True)]
    name: Annotated[str, Says("registry name")]
    licence: Annotated[str | None, Says("licence", groups=True)]
    mappings: Annotated[int, Says("number of other registries that list it", high="largest", low="smallest")]


class Tagged(TypedDict):
    total: Annotated[int, Says("number of registries tagged with {keyword} in the Bioregistry")]
    registries: Annotated[list[Member] | None, Says("registry tagged with {keyword}", plural="registries tagged with {keyword}")]


class Collected(TypedDict):
    total: Annotated[int, Says("number of registries in {collection}")]
    registries: Annotated[list[Member] | None, Says("registry in {collection}", plural="registries in {collection}")]


class Memberships(TypedDict):
    collections: Annotated[
        list[Annotated[str, Semantic("aca.collection")]],
        Says("Bioregistry collection that includes {prefix}", plural="Bioregistry collections that include {prefix}"),
    ]


class Overlap(TypedDict):
    shared: Annotated[int, Says("number of other registries that list both {first} and {second}")]
    jaccard: Annotated[float, Says("Jaccard similarity of the sets of registries that list {first} and {second}", digits=3)]
    keywords: Annotated[
        list[Annotated[str, Semantic("aca.keyword")]],
        Says("subject keyword shared by {first} and {second}", plural="subject keywords shared by {first} and {second}"),
    ]


@cache
def keywords_known() -> dict[str, list[str]]:
    """The prefixes that carry each subject keyword, keywords in lower case."""
    found: dict[str, list[str]] = {}
    for prefix, record in records().items():
        for keyword in sorted({word.lower() for word in record.get_keywords() or []}):
            found.setdefault(keyword, []).append(prefix)
    return found


@cache
def collections_known() -> dict[str, list[str]]:
    """The prefixes in each collection by its name; an entry may be a prefix or a note about one."""
    bioregistry = library()
    found: dict[str, list[str]] = {}
    for _, made in sorted(bioregistry.read_collections().items()):
        named = {item if isinstance(item, str) else item.prefix for item in made.resources}
        found[made.name] = sorted(named & set(records()))
    return found


def _members(prefixes: list[str]) -> list[Member] | None:
    if len(prefixes) > LIMIT:
        return None
    rows = [(prefix, records()[prefix]) for prefix in sorted(prefixes)]
    return [
        {
            "prefix": prefix, "name": record.get_name(), "licence": licence_of(record),
            "mappings": len(record.get_mappings() or {}),
        }
        for prefix, record in rows
    ]  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{keyword}",
    requires=("bioregistry", "license-expression"), examples=({"keyword": "plant anatomy"}, {"keyword": "virology"}),
)  # fmt: skip
def registries_by_keyword(
    keyword: Annotated[
        str,
        Semantic("aca.keyword"),
        Field(description="Subject keyword, such as virology", min_length=2, max_length=60),
    ],
) -> Tagged:
    """How many registries carry a subject keyword; up to 40 are listed by prefix, of more only the number is given."""
    found = keywords_known().get(keyword.strip().lower())
    if not found:
        raise not_found("registry with the keyword", keyword)
    return {"total": len(found), "registries": _members(found)}


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, about="{collection}",
    requires=("bioregistry", "license-expression"), examples=({"collection": "SPAR Ontologies"},),
)  # fmt: skip
def registry_collection(
    collection: Annotated[
        str,
        Semantic("aca.collection"),
        Field(description="Name of a collection of registries", min_length=3, max_length=120),
    ],
) -> Collected:
    """The registries of a Bioregistry collection; up to 40 are listed by prefix, of more only the number is given."""
    for name, prefixes in collections_known().items():
        if name.casefold() == collection.strip().casefold():
            return {"total": len(prefixes), "registries": _members(prefixes)}
    raise not_found("collection of registries", collection)


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, requires=("bioregistry",),
    examples=({"prefix": "orcid"},),
)  # fmt: skip
def registry_memberships(prefix: Prefix) -> Memberships:
    """The collections of the Bioregistry that include a registry, by name."""
    known, _ = record_of(prefix)
    found = sorted(name for name, prefixes in collections_known().items() if known in prefixes)
    if not found:
        raise not_found("collection that includes the registry", prefix)
    return {"collections": found}


@tool(
    domain="academic", kind="retrieval", provider="bioregistry", source=SOURCE, requires=("bioregistry",),
    examples=({"first": "chebi", "second": "go"},),
)  # fmt: skip
def registry_overlap(first: Prefix, second: Prefix) -> Overlap:
    """How far two identifier prefixes are listed by the same registries, and the keywords that they share."""
    (one, left), (two, right) = record_of(first), record_of(second)
    if one == two:
        raise bad_arguments(f"{first!r} and {second!r} are the same registry")
    a, b = set(left.get_mappings() or {}), set(right.get_mappings() or {})
    if not a | b:
        raise not_found("other registry that lists either prefix", f"{first}, {second}")
    common = {w.lower() for w in left.get_keywords() or []} & {w.lower() for w in right.get_keywords() or []}
    return {"shared": len(a & b), "jaccard": len(a & b) / len(a | b), "keywords": sorted(common)[:LIMIT]}
