"""The DICOM data dictionary and registry of unique identifiers (PS3.6), as pydicom carries them.

Attributes are known by the names that the standard prints ("Slice Thickness"); tags are written as (gggg,eeee).
"""

from functools import cache
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, not_found
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = "DICOM PS3.5 and PS3.6 data dictionary (NEMA), as shipped with pydicom; https://dicom.nema.org"
VR_NAMES: dict[str, str] = {
    "AE": "Application Entity", "AS": "Age String", "AT": "Attribute Tag", "CS": "Code String", "DA": "Date",
    "DS": "Decimal String", "DT": "Date Time", "FD": "Floating Point Double", "FL": "Floating Point Single",
    "IS": "Integer String", "LO": "Long String", "LT": "Long Text", "OB": "Other Byte", "OD": "Other Double",
    "OF": "Other Float", "OL": "Other Long", "OV": "Other 64-bit Very Long", "OW": "Other Word", "PN": "Person Name",
    "SH": "Short String", "SL": "Signed Long", "SQ": "Sequence of Items", "SS": "Signed Short", "ST": "Short Text",
    "SV": "Signed 64-bit Very Long", "TM": "Time", "UC": "Unlimited Characters", "UI": "Unique Identifier",
    "UL": "Unsigned Long", "UN": "Unknown", "UR": "Universal Resource Identifier", "US": "Unsigned Short",
    "UT": "Unlimited Text", "UV": "Unsigned 64-bit Very Long",
}  # fmt: skip
"""Names of the value representations, table 6.2-1 of PS3.5."""

Entry = tuple[str, str, str, str, str]

AttributeName = Annotated[
    str,
    Semantic("med.dicom_name"),
    Field(description="DICOM attribute by the name in the standard, such as Slice Thickness", min_length=3, max_length=100),
]


class Attribute(TypedDict):
    tag: Annotated[str, Semantic("med.dicom_tag"), Says("DICOM tag", same_as="name")]
    keyword: Annotated[str, Says("DICOM keyword", ask=False)]
    representation: Annotated[str, Semantic("med.dicom_vr"), Says("value representation")]
    multiplicity: Annotated[str, Says("value multiplicity")]
    retired: Annotated[bool, Says("retired")]


class AttributeOfTag(TypedDict):
    name: Annotated[str, Semantic("med.dicom_name"), Says("attribute name in the DICOM standard", same_as="tag")]
    group_size: Annotated[int, Says("number of attributes in the tag group of {tag}")]


class Representation(TypedDict):
    abbreviation: Annotated[str, Says("two-letter DICOM abbreviation", same_as="representation")]
    attributes: Annotated[int, Says("number of attributes in the DICOM data dictionary with {representation}")]
    retired: Annotated[int, Says("number of retired attributes in the DICOM data dictionary with {representation}")]


class NamedAttribute(TypedDict):
    name: Annotated[str, Semantic("med.dicom_name"), Says("name", names=True)]
    tag: Annotated[str, Semantic("med.dicom_tag"), Says("tag", ask=False)]
    representation: Annotated[str, Semantic("med.dicom_vr"), Says("value representation", groups=True)]
    retired: Annotated[bool, Says("retired")]


class FoundAttributes(TypedDict):
    attributes: Annotated[
        list[NamedAttribute],
        Says(
            'DICOM attribute with the words "{words}" in its name',
            plural='DICOM attributes with the words "{words}" in their names',
        ),
    ]


class Registered(TypedDict):
    uid: Annotated[str, Semantic("med.dicom_uid"), Says("DICOM UID", same_as="name")]
    kind: Annotated[str, Says("kind of DICOM registry entry that {name} is")]
    retired: Annotated[bool, Says("retired")]


class NameOfUid(TypedDict):
    name: Annotated[str, Semantic("med.dicom_uid_name"), Says("name in the DICOM registry", same_as="uid")]
    kind: Annotated[str, Says("kind of DICOM registry entry that {uid} is")]


@cache
def attributes() -> dict[str, tuple[int, Entry]]:
    """Attributes of the dictionary by name in lower case; of two with one name, the one that is not retired."""
    from pydicom._dicom_dict import DicomDictionary

    rows = sorted(DicomDictionary.items(), key=lambda item: (item[1][3] == "", -item[0]))
    return {row[2].lower(): (tag, row) for tag, row in rows if row[2] and row[0] != "NONE" and row[2] != "Retired-blank"}


@cache
def uids() -> dict[str, Entry]:
    """Entries of the registry by UID."""
    from pydicom._uid_dict import UID_dictionary

    return {uid: row for uid, row in sorted(UID_dictionary.items()) if row[0] and row[1]}


def tag_text(tag: int) -> str:
    """A tag as the standard writes it."""
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _representation(vr: str) -> str:
    return " or ".join(VR_NAMES.get(part, part) for part in vr.split(" or "))


@tool(
    domain="medical", kind="retrieval", provider="pydicom", source=SOURCE, about="{name}", requires=("pydicom",),
    examples=({"name": "Slice Thickness"}, {"name": "Patient's Name"}),
)  # fmt: skip
def dicom_attribute(name: AttributeName) -> Attribute:
    """Tag, value representation and multiplicity of a DICOM attribute, and whether it is retired."""
    found = attributes().get(name.strip().lower())
    if found is None:
        raise not_found("DICOM attribute", name)
    tag, (vr, vm, _name, retired, keyword) = found
    return {
        "tag": tag_text(tag), "keyword": keyword, "representation": _representation(vr), "multiplicity": vm,
        "retired": retired == "Retired",
    }  # fmt: skip


@tool(
    domain="medical", kind="retrieval", provider="pydicom", source=SOURCE, about="{tag}", requires=("pydicom",),
    examples=({"tag": "(0018,0050)"},),
)  # fmt: skip
def dicom_tag(
    tag: Annotated[
        str,
        Semantic("med.dicom_tag"),
        Field(description="Tag, such as (0018,0050)", pattern=r"^\([0-9A-Fa-f]{4},[0-9A-Fa-f]{4}\)$"),
    ],
) -> AttributeOfTag:
    """The name of the DICOM attribute with a tag, and how many attributes its group has."""
    number = int(tag[1:5] + tag[6:10], 16)
    for found, row in attributes().values():
        if found == number:
            return {"name": row[2], "group_size": sum(t >> 16 == number >> 16 for t, _ in attributes().values())}
    raise not_found("DICOM attribute", tag)


@tool(
    domain="medical",
    kind="retrieval",
    provider="pydicom",
    source=SOURCE,
    about="{representation}",
    requires=("pydicom",),
    examples=({"representation": "Decimal String"},),
)
def dicom_representation(
    representation: Annotated[
        str, Semantic("med.dicom_vr"), Among(tuple(VR_NAMES.values())[:14]),
        Field(description="Value representation by its name, such as Decimal String", min_length=4, max_length=60),
    ],
) -> Representation:  # fmt: skip
    """Abbreviation of a DICOM value representation and how many attributes have exactly it."""
    short = next((vr for vr, name in VR_NAMES.items() if name.lower() == representation.strip().lower()), None)
    if short is None:
        raise not_found("single value representation", representation)
    rows = [row for _, row in attributes().values() if row[0] == short]
    if not rows:
        raise not_found("DICOM attribute with representation", representation)
    return {"abbreviation": short, "attributes": len(rows), "retired": sum(row[3] == "Retired" for row in rows)}


@tool(
    domain="medical", kind="retrieval", provider="pydicom", source=SOURCE, requires=("pydicom",),
    examples=({"words": "Slice Thickness"}, {"words": "Ethnic"}),
)  # fmt: skip
def dicom_attributes_with_words(
    words: Annotated[
        str,
        Says("words"),
        Among(
            (
                "Patient's",
                "Exposure Time",
                "Echo",
                "Pixel Spacing",
                "Slice",
                "Injection",
                "Institution",
                "Detector",
                "Half Life",
                "Breast",
                "Heart Rate",
                "Flip Angle",
            )
        ),
        Field(description="Words that occur together in the attribute's name, in any case", min_length=3, max_length=60),
    ],
) -> FoundAttributes:
    """The DICOM attributes whose names contain some words, by tag; refused above 40."""
    rows = sorted((tag, row) for key, (tag, row) in attributes().items() if words.strip().lower() in key)
    if not rows:
        raise not_found("DICOM attribute with the words", words)
    if len(rows) > 40:
        raise ToolError("too_large", f"{len(rows)} attributes contain {words!r}; at most 40 are listed")
    found: list[NamedAttribute] = [
        {
            "name": row[2],
            "tag": tag_text(tag),
            "representation": _representation(row[0]),
            "retired": row[3] == "Retired",
        }
        for tag, row in rows
    ]
    return {"attributes": found}


@tool(
    domain="medical", kind="retrieval", provider="pydicom", source=SOURCE, about="{name}", requires=("pydicom",),
    examples=({"name": "CT Image Storage"}, {"name": "JPEG-LS Lossless Image Compression"}),
)  # fmt: skip
def dicom_uid(
    name: Annotated[
        str, Semantic("med.dicom_uid_name"),
        Field(description="Name in the DICOM registry of UIDs, such as CT Image Storage", min_length=3, max_length=150),
    ],
) -> Registered:  # fmt: skip
    """The unique identifier of a DICOM SOP class, transfer syntax or other registered name."""
    hits = [(row[3], uid, row[1]) for uid, row in uids().items() if row[0].lower() == name.strip().lower()]
    if not hits:
        raise not_found("entry in the DICOM registry", name)
    retired, uid, kind = min(hits)  # of two entries with one name, the one that is not retired
    return {"uid": uid, "kind": kind, "retired": retired == "Retired"}


@tool(
    domain="medical", kind="retrieval", provider="pydicom", source=SOURCE, about="{uid}", requires=("pydicom",),
    examples=({"uid": "1.2.840.10008.1.2.4.80"},),
)  # fmt: skip
def dicom_uid_name(
    uid: Annotated[
        str,
        Semantic("med.dicom_uid"),
        Field(description="DICOM UID, such as 1.2.840.10008.1.2", pattern=r"^[0-9.]{5,64}$"),
    ],
) -> NameOfUid:
    """The registered name behind a DICOM unique identifier and what kind of entry it is."""
    if uid not in uids():
        raise not_found("entry in the DICOM registry", uid)
    return {"name": uids()[uid][0], "kind": uids()[uid][1]}
