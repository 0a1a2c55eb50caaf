"""Seed entities of the academic domain, from the reference tables that its tools consult.

Every seed has been answered by one tool of the domain when it is yielded; what fails is dropped. Well-known entities
come first: registries by the number of other registries that list them, licences by
the number of registries that use them, constants by the length of their names.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from dive.errors import ToolError
from dive.tools.academic import (
    constants,
    identifiers,
    licences,
    networks,
    registries,
    registry_sets,
    series,
    sky,
    studies,
    writing,
)
from dive.tools.tool import Tool
from dive.types import Seed

PLANETS = ("Mercury", "Venus", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune")


def build() -> Iterator[Seed]:
    """All seeds of the domain, in a fixed order."""
    yield from _registry_seeds()
    yield from _reference_seeds()
    yield from _data_seeds()
    yield from _sky_seeds()


def _checked(semantic: str, source: str, tool: Tool, name: str, values: Iterable[str], limit: int = 1000) -> Iterator[Seed]:
    """Seeds for which the tool answers when given as the parameter `name`; other parameters take a literal."""
    rest = {
        other: parameter.among[0]
        for other, parameter in tool.parameters.items()
        if other != name and parameter.required and parameter.among
    }
    made = 0
    for value in dict.fromkeys(values):
        if made == limit:
            return
        try:
            tool.call({**rest, name: value})
        except ToolError as error:
            if error.code == "bug":
                raise
            continue
        made += 1
        yield Seed(domain="academic", semantic=semantic, value=value, source=source)


def _registry_seeds() -> Iterator[Seed]:
    bioregistry = registries.library()
    known = [r for r in registries.records().values() if not r.is_deprecated()]
    known.sort(key=lambda r: (-len(r.get_mappings() or {}), r.prefix))
    by, source = registries, "bioregistry"
    prefixes = [r.prefix for r in known if len(r.prefix) <= 14]
    names = [r.get_name() for r in known if len(r.get_name()) <= 48 and " " in r.get_name()]
    curies = [f"{r.prefix}:{r.get_example()}" for r in known if r.get_example() and r.get_uri_format()]
    yield from _checked("aca.prefix", source, by.registry_by_prefix, "prefix", prefixes, 420)
    yield from _checked("aca.registry_name", source, by.registry_by_name, "name", names, 330)
    yield from _checked("aca.curie", source, by.curie_resolve, "curie", [c for c in curies if len(c) <= 32], 330)
    dois = [p.doi.lower() for r in known for p in r.get_publications() if p.doi and p.title and p.year]
    yield from _checked("aca.doi", source, by.publication_by_doi, "doi", [d for d in dois if len(d) <= 40], 280)
    words = registry_sets.keywords_known()
    ranked = sorted((w for w, found in words.items() if 3 <= len(found) <= 40), key=lambda w: (-len(words[w]), w))
    ranked = [word for word in ranked if re.fullmatch(r"[a-z]+( [a-z]+)?", word) and len(word) > 3]
    yield from _checked("aca.keyword", source, registry_sets.registries_by_keyword, "keyword", ranked, 220)
    titles = [name for name, found in registry_sets.collections_known().items() if 3 <= len(found) <= 40]
    yield from _checked("aca.collection", source, registry_sets.registry_collection, "collection", titles)
    meta = [m.name for _, m in sorted(bioregistry.read_metaregistry().items())]
    yield from _checked("aca.metaregistry", source, by.metaregistry_record, "registry", meta)


def _reference_seeds() -> Iterator[Seed]:
    from scipy.constants import find, unit

    names = [n for n in find() if "relationship" not in n and "equivalent" not in n and len(n) <= 45]
    names.sort(key=lambda n: (len(re.findall(r"[ -]", n)), n))
    yield from _checked("aca.constant", "scipy.constants", constants.constant_value, "constant", names, 220)
    units = sorted({unit(n) for n in find()} - {""})
    yield from _checked("aca.unit", "scipy.constants", constants.constants_by_unit, "unit", units)
    keys = [k for k, row in licences.spdx_index().items() if not row["is_deprecated"] and not row["is_exception"]]
    local = re.compile(r"-(?:[A-Z]{2}|UK|IGO)$")
    used = Counter(registries.licence_of(r) for r in registries.records().values())
    keys = sorted((k for k in keys if 3 <= len(k) <= 24 and not local.search(k)), key=lambda k: (-used[k], len(k), k))
    yield from _checked("aca.licence", "license-expression", licences.licence_record, "licence", keys, 260)
    for semantic, tool, name in (
        ("aca.isbn", identifiers.isbn_parts, "isbn"),
        ("aca.issn", identifiers.issn_check, "issn"),
        ("aca.arxiv", identifiers.arxiv_parts, "preprint"),
        ("aca.orcid", identifiers.orcid_check, "orcid"),
        ("aca.identifier", identifiers.identifier_detect, "identifier"),
    ):
        yield from _checked(semantic, "documentation examples", tool, name, map(str, tool.parameters[name].among))
    short = re.compile(r"(?!cyr)[A-Z]?[a-z]{1,11}")
    macros = [f"\\{macro}" for macro in writing.macros_known() if short.fullmatch(macro)]
    yield from _checked("aca.macro", "pylatexenc", writing.latex_symbol, "macro", macros, 200)


def _data_seeds() -> Iterator[Seed]:
    from statsmodels.datasets import statecrime

    yield from _checked("aca.dataset", "scikit-learn", studies.study_record, "dataset", studies.datasets_known())
    yield from _checked("aca.variable", "scikit-learn", studies.variable_summary, "variable", studies.variables_known())
    yield from _checked("aca.annual", "statsmodels", series.annual_record, "series", series.UNITS)
    states = [str(state).strip() for state in statecrime.load_pandas().data.index]
    yield from _checked("aca.us_state", "statsmodels", studies.state_crime, "state", states)
    members = [
        node for node in networks.nodes_known() if node not in ("Count", "Judge") and (not node[-1].isdigit() or " " in node)
    ]
    yield from _checked("aca.node", "networkx", networks.network_member, "node", members)
    yield from _checked("aca.network", "networkx", networks.network_record, "network", networks.NETWORKS)
    yield from _checked("aca.graph", "networkx", networks.named_graph, "graph", networks.NAMED)


def _sky_seeds() -> Iterator[Seed]:
    names = sky.stars_known()
    yield from _checked("aca.star", "ephem", sky.star_record, "star", names)
    homes = sorted({str(sky.star_record.call({"star": name})["constellation"]) for name in names})
    yield from _checked("aca.constellation", "ephem", sky.constellation_stars, "constellation", homes)
    yield from _checked("aca.planet", "ephem", sky.planet_on_date, "planet", PLANETS)
