"""Open licences: SPDX identifiers and licence expressions, from the ScanCode LicenseDB index in license-expression.

The index knows identifiers, categories and older spellings, not the licence texts; legal compatibility is not judged.
"""

from functools import cache
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments, not_found
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "ScanCode LicenseDB index with SPDX identifiers (CC-BY-4.0); https://scancode-licensedb.aboutcode.org"
LIMIT = 40

Licence = Annotated[
    str, Semantic("aca.licence"), Field(description="SPDX licence identifier, such as MIT", min_length=2, max_length=80)
]
Expression = Annotated[
    str,
    Among((
        "MIT OR Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0", "(MIT AND BSD-3-Clause) OR MIT",
        "Apache-2.0 AND (MIT OR Apache-2.0)", "LGPL-2.1-or-later OR MPL-2.0", "CC-BY-4.0 AND MIT AND CC-BY-4.0",
        "BSD-2-Clause OR (BSD-2-Clause AND ISC)", "MIT AND (Apache-2.0 OR GPL-3.0-only)",
    )),
    Says("licence expression"), Field(description="SPDX licence expression", min_length=2, max_length=300),
]  # fmt: skip


class LicenceRecord(TypedDict):
    key: Annotated[str, Says("ScanCode key", same_as="licence")]
    category: Annotated[str, Says("ScanCode licence category")]
    aliases: Annotated[int, Says("number of other SPDX spellings listed for {licence}")]
    exception: Annotated[bool, Says("a licence exception")]
    deprecated: Annotated[bool, Says("deprecated")]


class FamilyMember(TypedDict):
    licence: Annotated[str, Semantic("aca.licence"), Says("SPDX identifier", names=True)]
    category: Annotated[str, Says("category", groups=True)]
    exception: Annotated[bool, Says("a licence exception")]


class Family(TypedDict):
    licences: Annotated[
        list[FamilyMember],
        Says(
            "SPDX licence whose identifier begins with {beginning}",
            plural="SPDX licences whose identifier begins with {beginning}",
        ),
    ]


class Parsed(TypedDict):
    simplified: Annotated[str, Says("simplified form")]
    licences: Annotated[
        list[Annotated[str, Semantic("aca.licence")]],
        Says("licence named in {expression}", plural="licences named in {expression}"),
    ]
    operators: Annotated[int, Says("number of AND and OR operators left in the simplified form of {expression}")]
    shortening: Annotated[int, Says("number of characters by which simplification shortens {expression}")]


class Compared(TypedDict):
    equivalent: Annotated[bool, Says("equivalent", ask=False)]
    shared: Annotated[
        list[Annotated[str, Semantic("aca.licence")]],
        Says("licence named in both {first} and {second}", plural="licences named in both {first} and {second}"),
    ]
    jaccard: Annotated[float, Says("Jaccard similarity of the sets of licences named in {first} and {second}", digits=3)]


@cache
def spdx_index() -> dict[str, dict[str, Any]]:
    """The rows of the index that have an SPDX identifier, by identifier."""
    from license_expression import get_license_index

    rows = (row for row in get_license_index() if row.get("spdx_license_key"))
    named = {row["spdx_license_key"]: row for row in rows if not row["spdx_license_key"].startswith("LicenseRef")}
    return dict(sorted(named.items()))


@cache
def _spellings() -> dict[str, str]:
    found: dict[str, str] = {}
    for key, row in spdx_index().items():
        for other in row.get("other_spdx_license_keys") or []:
            found.setdefault(other.casefold(), key)
    return found | {key.casefold(): key for key in spdx_index()}


def _find(licence: str) -> tuple[str, dict[str, Any]]:
    key = _spellings().get(licence.strip().casefold())
    if key is None:
        raise not_found("SPDX licence", licence)
    return key, spdx_index()[key]


def _parse(expression: str) -> Any:
    from license_expression import ExpressionError, ExpressionParseError, get_spdx_licensing

    try:
        parsed = get_spdx_licensing().parse(expression, validate=True)
    except (ExpressionError, ExpressionParseError) as error:
        raise bad_arguments(f"{expression!r} is not an SPDX licence expression: {error}") from None
    if parsed is None:
        raise bad_arguments("the licence expression is empty")
    return parsed


@tool(
    domain="academic", kind="retrieval", provider="license-expression", source=SOURCE, about="{licence}",
    requires=("license-expression",), examples=({"licence": "MIT"}, {"licence": "CC-BY-4.0"}),
)  # fmt: skip
def licence_record(licence: Licence) -> LicenceRecord:
    """Category and status of an open licence by its SPDX identifier, older spellings included."""
    _, row = _find(licence)
    return {
        "key": row["license_key"], "category": row["category"].lower(),
        "aliases": len(row.get("other_spdx_license_keys") or []),
        "exception": bool(row["is_exception"]), "deprecated": bool(row["is_deprecated"]),
    }  # fmt: skip


@tool(
    domain="academic", kind="retrieval", provider="license-expression", source=SOURCE,
    requires=("license-expression",), examples=({"beginning": "GPL"}, {"beginning": "CC-BY-NC"}),
)  # fmt: skip
def licence_family(
    beginning: Annotated[
        str,
        Among(("GPL", "LGPL", "AGPL", "CC-BY-NC", "CC-BY-SA", "BSD", "MPL", "EUPL", "OLDAP", "CERN", "Artistic",
            "PHP", "CDDL")),
        Says("beginning of the identifier"),
        Field(description="How the SPDX identifier begins", min_length=2, max_length=40),
    ],
) -> Family:  # fmt: skip
    """The SPDX licences whose identifier begins with the given letters, with their category, by identifier."""
    wanted = beginning.strip().casefold()
    found = [(key, row) for key, row in spdx_index().items() if key.casefold().startswith(wanted)]
    if not found:
        raise not_found("SPDX licence beginning", beginning)
    if len(found) > LIMIT:
        raise bad_arguments(f"{len(found)} licences begin with {beginning!r}; give more letters so that at most {LIMIT} do")
    rows: list[FamilyMember] = [
        {"licence": key, "category": row["category"].lower(), "exception": bool(row["is_exception"])} for key, row in found
    ]
    return {"licences": rows}


@tool(
    domain="academic", kind="processing", provider="license-expression", source=f"Boolean algebra over names of the {SOURCE}",
    about="{expression}", requires=("license-expression",), examples=({"expression": "(MIT AND BSD-3-Clause) OR MIT"},),
)  # fmt: skip
def licence_expression_parse(expression: Expression) -> Parsed:
    """The licences named in an SPDX licence expression and its simplified form (by absorption)."""
    parsed = _parse(expression)
    simple = parsed.simplify().render()
    words = simple.split()
    return {
        "simplified": simple, "licences": sorted({str(key) for key in _keys(parsed)}),
        "operators": words.count("AND") + words.count("OR"), "shortening": len(expression) - len(simple),
    }  # fmt: skip


def _keys(parsed: Any) -> list[str]:
    from license_expression import get_spdx_licensing

    return [str(key) for key in get_spdx_licensing().license_keys(parsed)]


@tool(
    domain="academic", kind="processing", provider="license-expression", source=f"Boolean algebra over names of the {SOURCE}",
    requires=("license-expression",),
    examples=({"first": "MIT OR Apache-2.0", "second": "Apache-2.0 OR MIT"},),
)  # fmt: skip
def licence_expressions_compare(first: Expression, second: Expression) -> Compared:
    """Whether two SPDX licence expressions are equivalent, and which licences both of them name."""
    from license_expression import get_spdx_licensing

    left, right = _parse(first), _parse(second)
    a, b = set(_keys(left)), set(_keys(right))
    return {
        "equivalent": bool(get_spdx_licensing().is_equivalent(left, right)),
        "shared": sorted(a & b), "jaccard": len(a & b) / len(a | b),
    }  # fmt: skip
