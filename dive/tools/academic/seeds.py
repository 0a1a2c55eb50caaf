"""Seed entities of the academic domain, from the reference tables that its tools consult.

Every seed has been answered by one tool of the domain when it is yielded; what fails is dropped. Well-known entities
come first: registries by the number of other registries that list them, licences by the number of registries that use
them and their family, constants and LaTeX commands by the length of their names. Deprecated entries, prefixes that no
other registry lists and spellings that nobody would type are left out.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

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
from dive.tools.seeding import answered
from dive.tools.tool import Tool
from dive.types import Seed

PLANETS = ("Mercury", "Venus", "Mars", "Jupiter", "Saturn", "Uranus", "Neptune")
PREFIX = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)?")
DOI = re.compile(r"10\.\d{4,5}/[a-z0-9][a-z0-9._/-]*[a-z0-9]")
KEYWORD = re.compile(r"[a-z]{4,}(?: [a-z]{3,}){0,2}|[a-z]{4,}-[a-z]{4,}")


def build() -> Iterator[Seed]:
    """All seeds of the domain, in a fixed order."""
    yield from _registry_seeds()
    yield from _reference_seeds()
    yield from _data_seeds()
    yield from _sky_seeds()


def _checked(
    semantic: str,
    source: str,
    tool: Tool,
    name: str,
    values: Iterable[str],
    limit: int = 1000,
    right: Callable[[Any, str], bool] = lambda result, value: True,
) -> Iterator[Seed]:
    """Seeds for which the tool gives the right answer when they are the parameter `name`; others take a literal."""
    rest = {
        other: parameter.among[0]
        for other, parameter in tool.parameters.items()
        if other != name and parameter.required and parameter.among
    }
    made = 0
    for value in dict.fromkeys(values):
        if made == limit:
            return
        result = answered(tool, {**rest, name: value})
        if result is not None and right(result, value):
            made += 1
            yield Seed(domain="academic", semantic=semantic, value=value, source=source)


def _registry_seeds() -> Iterator[Seed]:
    bioregistry = registries.library()
    known = [r for r in registries.records().values() if not r.is_deprecated() and PREFIX.fullmatch(r.prefix)]
    known.sort(key=lambda r: (-len(r.get_mappings() or {}), r.prefix))
    listed = [r for r in known if r.get_mappings()]
    by, source = registries, "bioregistry"
    prefixes = [r.prefix for r in listed if len(r.prefix) <= 14]
    yield from _checked("aca.prefix", source, by.registry_by_prefix, "prefix", prefixes, 820)
    named = {r.get_name(): r.prefix for r in reversed(listed) if len(r.get_name()) <= 48 and " " in r.get_name()}
    names = reversed(named)
    yield from _checked(
        "aca.registry_name", source, by.registry_by_name, "name", names, 720, lambda found, name: found["prefix"] == named[name]
    )
    curies = [f"{r.prefix}:{r.get_example()}" for r in listed if r.get_example() and r.get_uri_format()]
    curies = [curie for curie in curies if len(curie) <= 32]
    yield from _checked(
        "aca.curie", source, by.curie_resolve, "curie", curies, 700, lambda found, _: found["url"] and found["valid"] is not False
    )
    dois = [p.doi.lower() for r in known for p in r.get_publications() if p.doi and p.title and p.year]
    dois = [doi for doi in dois if len(doi) <= 32 and DOI.fullmatch(doi)]
    yield from _checked("aca.doi", source, by.publication_by_doi, "doi", dois, 720)
    words = registry_sets.keywords_known()
    ranked = sorted((w for w, found in words.items() if 4 <= len(found) <= 40), key=lambda w: (-len(words[w]), w))
    ranked = [word for word in ranked if KEYWORD.fullmatch(word) and word not in registries.records()]
    yield from _checked("aca.keyword", source, registry_sets.registries_by_keyword, "keyword", ranked)
    titles = [name for name, found in registry_sets.collections_known().items() if 3 <= len(found) <= 40]
    yield from _checked("aca.collection", source, registry_sets.registry_collection, "collection", titles)
    meta = [m.name for _, m in sorted(bioregistry.read_metaregistry().items())]
    yield from _checked("aca.metaregistry", source, by.metaregistry_record, "registry", meta)


def _reference_seeds() -> Iterator[Seed]:
    from scipy.constants import find, unit

    names = [n for n in find() if "relationship" not in n and len(n) <= 45]
    names.sort(key=lambda n: (len(re.findall(r"[ -]", n)), n))
    yield from _checked("aca.constant", "scipy.constants", constants.constant_value, "constant", names)
    units = sorted({unit(n) for n in find()} - {""})
    yield from _checked("aca.unit", "scipy.constants", constants.constants_by_unit, "unit", units)
    yield from _checked("aca.licence", "license-expression", licences.licence_record, "licence", _licences(), 360)
    for semantic, tool, name in (
        ("aca.isbn", identifiers.isbn_parts, "isbn"),
        ("aca.issn", identifiers.issn_check, "issn"),
        ("aca.arxiv", identifiers.arxiv_parts, "preprint"),
        ("aca.orcid", identifiers.orcid_check, "orcid"),
        ("aca.identifier", identifiers.identifier_detect, "identifier"),
    ):
        yield from _checked(semantic, "documentation examples", tool, name, map(str, tool.parameters[name].among))
    short = re.compile(r"(?!cyr|text)[A-Z]?[a-z]{1,15}")
    known = writing.macros_known()
    macros = [macro for macro in known if short.fullmatch(macro) and unicodedata.category(known[macro])[0] in "LSPN"]
    macros.sort(key=lambda macro: (len(macro), macro))
    yield from _checked("aca.macro", "pylatexenc", writing.latex_symbol, "macro", [f"\\{macro}" for macro in macros])


def _licences() -> list[str]:
    """SPDX identifiers without national versions, those first that registries use, and their families."""
    local = re.compile(r"-(?:[A-Z]{2}|UK|IGO)$")
    used = Counter(registries.licence_of(record) for record in registries.records().values())
    family = Counter[str]()
    for licence, count in used.items():
        family[(licence or "").split("-")[0]] += count
    rows = licences.spdx_index().items()
    keys = [key for key, row in rows if not row["is_deprecated"] and not row["is_exception"] and 3 <= len(key) <= 24]
    return sorted(
        (key for key in keys if not local.search(key)), key=lambda key: (-used[key], -family[key.split("-")[0]], len(key), key)
    )


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
    yield from _checked("time.date", "ephem (equinoxes and solstices)", sky.moon_on_date, "date", _turns())


def _turns() -> Iterator[str]:
    """The dates (UTC) of equinoxes and solstices, latest first."""
    import ephem

    turns = (ephem.next_winter_solstice, ephem.next_autumn_equinox, ephem.next_summer_solstice, ephem.next_spring_equinox)
    for year in range(2030, 1989, -1):
        yield from (turn(f"{year}/1/1").datetime().date().isoformat() for turn in turns)
