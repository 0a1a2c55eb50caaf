"""Values of academic tools against independent sources: published examples, textbooks, other programs."""

from typing import Any

import pytest

from dive.errors import ToolError
from dive.tools.pool import domain_tools
from dive.tools.tool import Tool

TOOLS: dict[str, Tool] = {tool.name: tool for tool in domain_tools("academic")}
SLEEP = (
    [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0],
    [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4],
)
"""Student 1908, as in R's `sleep`."""


def call(tool: str, /, **arguments: Any) -> Any:
    return TOOLS[tool].call(arguments)


@pytest.mark.parametrize(
    ("name", "arguments", "field", "expected"),
    [
        # CODATA 2022, NIST
        ("constants_ratio", {"numerator": "proton mass", "denominator": "electron mass"}, "ratio", 1836.152673426),
        ("constant_value", {"constant": "Newtonian constant of gravitation"}, "value", 6.67430e-11),
        ("constant_value", {"constant": "Newtonian constant of gravitation"}, "relative", 22473),
        # IAU nominal Sun; Williams & Carter, table 1.2; hydrogen's ionisation limit at 91.1 nm
        ("black_body", {"temperature": 5772}, "peak", 502.04),
        ("black_body", {"temperature": 5772}, "flux", 6.294e7),
        ("black_hole", {"mass": 1}, "radius", 2.953),
        ("electron_wavelength", {"voltage": 100}, "wavelength", 0.00370),
        ("electron_wavelength", {"voltage": 200}, "speed", 0.69531),
        ("photon_wavelength", {"energy": 13.6057}, "value", 91.127),
        ("special_relativity", {"beta": 0.6}, "lorentz", 1.25),
        ("kepler_orbit", {"mass": 1, "axis": 1}, "speed", 29.78),
        ("parallax_distance", {"parallax": 768.07}, "light_years", 4.2465),
        ("star_brightness", {"magnitude": -1.46, "distance": 2.64}, "absolute", 1.43),
        # Planck 2018 results VI, table 2
        ("cosmology_parameters", {"cosmology": "Planck 2018"}, "age", 13.787),
        # Meeus, Astronomical Algorithms; NASA on the opposition of 2020; USNO
        ("julian_date", {"date": "2000-01-01"}, "julian", 2451544.5),
        ("planet_on_date", {"planet": "Mars", "date": "2020-10-06"}, "distance", 0.4149),
        ("galactic_coordinates", {"right_ascension": 192.8595, "declination": 27.1283}, "latitude", 90.0),
        # Fisher 1936; Cobb 1978; WDC-SILSO
        ("variable_summary", {"variable": "petal length (cm) in the iris data"}, "mean", 3.758),
        ("annual_value", {"series": "yearly sunspot number", "year": 1957}, "value", 190.2),
        ("annual_value", {"series": "annual flow of the Nile at Aswan in 10⁸ m³", "year": 1913}, "value", 456),
        # R: t.test(extra ~ group, data = sleep); Cohen 1988, table 2.4.1; Newcombe 1998, table I; h and Gini by hand
        ("welch_t_test", {"first": SLEEP[0], "second": SLEEP[1]}, "t", -1.8608),
        ("welch_t_test", {"first": SLEEP[0], "second": SLEEP[1]}, "p", 0.07939),
        ("welch_t_test", {"first": SLEEP[0], "second": SLEEP[1]}, "freedom", 17.776),
        ("t_test_sample_size", {"effect": 0.5, "power": 80}, "value", 64),
        ("proportion_interval", {"successes": 15, "trials": 148}, "lower", 6.24),
        ("citation_indices", {"citations": [10, 8, 5, 4, 3]}, "h", 4),
        ("citation_indices", {"citations": [25, 8, 5, 3, 3]}, "h", 3),
        ("citation_concentration", {"citations": [1, 1, 1, 97]}, "gini", 0.72),
        # five, three, three and five papers of one to four authors: 1 - 8.75 / 16
        ("collaboration_coefficient", {"authors": [1] * 5 + [2] * 3 + [3] * 3 + [4] * 5}, "value", 0.4531),
        # Wasserman & Faust 1994 on the Medici; Zachary 1977; Biggs, Algebraic Graph Theory, on spanning trees
        ("network_member", {"node": "Medici"}, "betweenness", 0.522),
        ("network_member", {"node": "karate club member 34"}, "degree", 17),
        ("named_graph", {"graph": "Petersen graph"}, "spanning_trees", 2000),
        ("named_graph", {"graph": "Heawood graph"}, "girth", 6),
        # Wikipedia's example for the Flesch score
        ("text_readability", {"text": "The cat sat on the mat."}, "ease", 116.145),
    ],
)
def test_known_numbers(name: str, arguments: dict[str, Any], field: str, expected: float) -> None:
    assert call(name, **arguments)[field] == pytest.approx(expected, rel=2e-3)


@pytest.mark.parametrize(
    ("name", "arguments", "field", "expected"),
    [
        ("isbn_parts", {"isbn": "0-306-40615-2"}, "isbn13", "9780306406157"),
        ("issn_check", {"issn": "0317-8471"}, "ean", "9770317847001"),
        ("orcid_check", {"orcid": "https://orcid.org/0000-0002-1694-233X"}, "check", "X"),
        ("check_digit_complete", {"scheme": "ISBN-10", "digits": "030640615"}, "value", "2"),
        ("arxiv_parts", {"preprint": "hep-th/9711200"}, "year", 1997),
        ("doi_parts", {"doi": "doi:10.1038/nature12373"}, "normalised", "10.1038/nature12373"),
        ("identifier_detect", {"identifier": "PMC3531190"}, "schemes", ["pmcid"]),
        ("curie_resolve", {"curie": "CHEBI:24867"}, "normalised", "chebi:24867"),
        ("curie_resolve", {"curie": "chebi:abc"}, "valid", False),
        ("registry_by_name", {"name": "gene ontology"}, "prefix", "go"),
        ("registry_by_prefix", {"prefix": "GO"}, "licence", "CC-BY-4.0"),
        ("licence_record", {"licence": "GPL-3.0"}, "category", "copyleft"),
        ("licence_expression_parse", {"expression": "(MIT AND ISC) OR MIT"}, "simplified", "MIT"),
        ("licence_expressions_compare", {"first": "MIT OR ISC", "second": "ISC OR MIT"}, "equivalent", True),
        ("constellation_at", {"right_ascension": 83.82, "declination": -5.39}, "value", "Orion"),
        ("star_record", {"star": "Formalhaut"}, "constellation", "Piscis Austrinus"),
        ("calendar_date_of_julian", {"julian": 2446470.5}, "value", "1986-02-09"),
        ("moon_on_date", {"date": "2024-04-08"}, "next_full", "2024-04-23"),
        ("annual_record", {"series": "yearly sunspot number"}, "highest", 1957),
        ("network_common_neighbours", {"first": "Medici", "second": "Strozzi"}, "shared", ["Ridolfi"]),
        ("latex_symbol", {"macro": "\\rightarrow"}, "character", "→"),
        ("latex_to_unicode", {"latex": "Erd\\H{o}s"}, "value", "Erdős"),
    ],
)
def test_known_values(name: str, arguments: dict[str, Any], field: str, expected: Any) -> None:
    assert call(name, **arguments)[field] == expected


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("registry_by_prefix", {"prefix": "nosuchprefix"}, "not_found"),
        ("curie_resolve", {"curie": "24867"}, "bad_arguments"),
        ("publication_by_doi", {"doi": "10.9999/none"}, "not_found"),
        # a superseded name of CODATA 2002
        ("constant_value", {"constant": "Wien displacement law constant"}, "not_found"),
        ("constants_ratio", {"numerator": "proton mass", "denominator": "Bohr radius"}, "bad_arguments"),
        ("licence_record", {"licence": "No-Such-1.0"}, "not_found"),
        ("licence_expression_parse", {"expression": "MIT OR OR"}, "bad_arguments"),
        ("isbn_parts", {"isbn": "0-306-40615-3"}, "bad_arguments"),
        ("orcid_check", {"orcid": "0000-0002-1825-0098"}, "bad_arguments"),
        ("arxiv_parts", {"preprint": "1713.03762"}, "bad_arguments"),
        ("julian_date", {"date": "2001-02-29"}, "bad_arguments"),
        ("star_record", {"star": "Nosuchstar"}, "not_found"),
        ("redshift_interval", {"near": 2.0, "far": 1.0, "cosmology": "Planck 2018"}, "bad_arguments"),
        (
            "variables_correlation",
            {"first": "hue in the wine data", "second": "sepal width (cm) in the iris data"},
            "bad_arguments",
        ),
        ("network_path", {"first": "Medici", "second": "Valjean"}, "bad_arguments"),
        ("mann_whitney_test", {"first": [1, 2, 3], "second": [3, 4, 5]}, "bad_arguments"),
        ("sample_correlation", {"first": [1, 2, 3], "second": [1, 2, 3, 4]}, "bad_arguments"),
        ("annual_value", {"series": "yearly sunspot number", "year": 1650}, "not_found"),
        ("bibtex_entry", {"entry": "this is no entry"}, "bad_arguments"),
    ],
)
def test_errors_are_coded(name: str, arguments: dict[str, Any], code: str) -> None:
    with pytest.raises(ToolError) as caught:
        call(name, **arguments)
    assert caught.value.code == code


def test_comoving_distance_is_hoggs_integral() -> None:
    """c/H0 times the integral of dz/E(z), flat, with radiation; neutrinos taken as massless."""
    found = call("cosmology_parameters", cosmology="Planck 2018")
    matter, radiation = found["matter"], 9.1e-5
    steps = 1000
    grid = [(i + 0.5) / steps for i in range(steps)]
    expansion = [(matter * (1 + z) ** 3 + radiation * (1 + z) ** 4 + 1 - matter - radiation) ** 0.5 for z in grid]
    by_hand = 299792.458 / found["hubble"] * sum(1 / e for e in expansion) / steps
    distances = call("redshift_distances", redshift=1, cosmology="Planck 2018")
    assert distances["comoving"] == pytest.approx(by_hand, rel=1e-3)
    assert distances["luminosity"] == pytest.approx(4 * distances["angular"])


def test_stars_are_listed_once_and_brightest_first() -> None:
    stars = call("constellation_stars", constellation="Canis Major")["stars"]
    names = [row["star"] for row in stars]
    assert names[0] == "Sirius"
    assert "Adhara" in names
    assert "Adara" not in names
    assert [row["magnitude"] for row in stars] == sorted(row["magnitude"] for row in stars)


def test_ties_in_a_ranking_are_broken_by_name() -> None:
    rows = call("network_ranking", network="Davis Southern women network", measure="degree")["members"]
    keys = [(-row["score"], row["member"]) for row in rows]
    assert keys == sorted(keys)
    assert rows[0]["member"] == "Davis event E8"


def test_a_collection_counts_annotated_entries() -> None:
    """Some collections hold notes about a prefix instead of the bare prefix; both are members."""
    assert "chebi" in set(_members("NFDI4Chem Collection"))


def _members(collection: str) -> list[str]:
    from dive.tools.academic.registry_sets import collections_known

    return collections_known()[collection]


def test_classes_of_iris() -> None:
    rows = call("variable_by_class", variable="petal length (cm) in the iris data")["classes"]
    assert [row["group"] for row in rows] == ["setosa", "versicolor", "virginica"]
    assert [round(row["mean"], 3) for row in rows] == [1.462, 4.26, 5.552]


def test_bibtex_entry_reads_names_and_accents() -> None:
    authors = "Erd{\\H{o}}s, Paul and de la Vall{\\'e}e Poussin, Charles"
    entry = f"@article{{e, author={{{authors}}}, title={{On {{P}}rimes}}, year=1949}}"
    made = call("bibtex_entry", entry=entry)
    assert made["authors"] == ["Erdős", "de la Vallée Poussin"]
    assert (made["title"], made["year"], made["doi"]) == ("On Primes", 1949, None)


def test_benjamini_hochberg_is_monotone() -> None:
    assert call("multiple_testing", values=[0.01, 0.02, 0.03, 0.04])["value"] == pytest.approx([0.04] * 4)
