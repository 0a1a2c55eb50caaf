"""Files of the shelf: what is in a folder, sizes and checksums, lines of texts, searching, comparing, and archives.

Patterns are matched by RE2, whose time is linear in the text, so no pattern can hang a search.
"""

import hashlib
import io
import zlib
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, bad_arguments, not_found
from dive.tools.general.shelf import LIBRARIES, SOURCE, shelf_bytes, shelf_file, shelf_paths, shelf_text
from dive.tools.tool import Among, Says, Semantic, tool
from dive.tools.workspace import path_parts

MAX_SHOWN = 40
"""Most lines that one call returns."""
MAX_MEMBERS = 2_000
MAX_UNPACKED = 64 << 20

Folder = Annotated[str, Semantic("file.folder"), Field(description="Folder of the shelf, such as texts", max_length=200)]
AnyFile = Annotated[
    str, Semantic("file.path"), Field(description="Path of a file on the shelf, such as texts/iris.rst", max_length=1_024)
]
TextFile = Annotated[
    str, Semantic("file.text"), Field(description="Path of a text file on the shelf, such as texts/iris.rst", max_length=1_024)
]
Archive = Annotated[
    str,
    Semantic("file.archive"),
    Field(description="ZIP or TAR file of the shelf, such as archives/texts.zip", max_length=1_024),
]
Size = Annotated[int, Says("size", unit="bytes", high="largest", low="smallest")]


class FolderFile(TypedDict):
    path: Annotated[str, Semantic("file.path"), Says("file", names=True)]
    size: Size


class FolderFacts(TypedDict):
    files: Annotated[list[FolderFile], Says("file in {folder}", plural="files in {folder}")]
    total: Annotated[int, Says("total size of the files", unit="bytes", high="largest", low="smallest")]


class FileFacts(TypedDict):
    size: Size
    distinct_bytes: Annotated[int, Says("number of different byte values (out of 256)", high="largest", low="smallest")]
    crc32: Annotated[str, Says("CRC-32 checksum (eight hexadecimal digits)")]
    md5: Annotated[str, Says("MD5 digest (32 hexadecimal digits)")]
    sha256: Annotated[str, Says("SHA-256 digest", ask=False)]


class TextFacts(TypedDict):
    lines: Annotated[int, Says("number of lines", unit="lines", high="largest", low="smallest")]
    empty_lines: Annotated[int, Says("number of empty lines", unit="lines", high="largest", low="smallest")]
    words: Annotated[int, Says("number of words (separated by white space)", unit="words", high="largest", low="smallest")]
    characters: Annotated[
        int, Says("number of characters (line ends included)", unit="characters", high="largest", low="smallest")
    ]
    longest_line: Annotated[int, Says("length of the longest line", unit="characters", high="greatest", low="smallest")]


class Line(TypedDict):
    number: Annotated[int, Says("line number", names=True)]
    text: Annotated[str, Says("text of the line", ask=False)]


class Lines(TypedDict):
    lines: Annotated[
        list[Line],
        Says("line among lines {first} to {last} of {file}", plural="lines {first} to {last} of {file}", ask=False),
    ]
    words: Annotated[int, Says("number of words in lines {first} to {last} of {file}", unit="words")]
    characters: Annotated[int, Says("number of characters in lines {first} to {last} of {file}, line ends not counted")]


class Matches(TypedDict):
    matches: Annotated[int, Says('number of times that "{pattern}" occurs in {file}')]
    matching_lines: Annotated[int, Says('number of lines with "{pattern}" in {file}', unit="lines")]
    first: Annotated[int, Says('number of the first line with "{pattern}" in {file}')]
    last: Annotated[int, Says('number of the last line with "{pattern}" in {file}')]
    lines: Annotated[list[Line], Says('line with "{pattern}" in {file}', plural='lines with "{pattern}" in {file}', ask=False)]


class Comparison(TypedDict):
    common: Annotated[int, Says("number of different non-empty lines that {file} and {other} share", unit="lines")]
    only_first: Annotated[int, Says("number of different non-empty lines of {file} that are not in {other}", unit="lines")]
    only_second: Annotated[int, Says("number of different non-empty lines of {other} that are not in {file}", unit="lines")]
    common_words: Annotated[int, Says("number of different words that occur in both {file} and {other}", unit="words")]


class Member(TypedDict):
    name: Annotated[str, Says("file", names=True)]
    size: Annotated[int, Says("unpacked size", unit="bytes", high="largest", low="smallest")]


class Contents(TypedDict):
    members: Annotated[list[Member], Says("file packed in {file}", plural="files packed in {file}")]
    count: Annotated[int, Says("number of packed files", high="largest", low="smallest")]
    total: Annotated[int, Says("total unpacked size", unit="bytes", high="largest", low="smallest")]


@tool(
    domain="general", kind="retrieval", provider="shelf", source=SOURCE, about="{folder}", requires=LIBRARIES,
    examples=({"folder": "tables"}, {"folder": "sounds"}),
)  # fmt: skip
def list_folder(folder: Folder) -> FolderFacts:
    """Files in a folder of the shelf, with their sizes in bytes, by name, and their total size."""
    name = "/".join(path_parts(folder))
    paths = [path for path in shelf_paths() if path.startswith(f"{name}/")]
    if not paths:
        raise not_found("folder", folder)
    rows: list[FolderFile] = [{"path": path, "size": len(shelf_bytes(path))} for path in paths]
    return {"files": rows, "total": sum(row["size"] for row in rows)}


@tool(
    domain="general", kind="retrieval", provider="shelf", source=f"RFC 1321, FIPS 180-4, CRC-32 of ISO 3309; {SOURCE}",
    about="{file}", requires=LIBRARIES, examples=({"file": "texts/iris.rst"}, {"file": "images/china.jpg"}),
)  # fmt: skip
def file_facts(file: AnyFile) -> FileFacts:
    """Size in bytes, number of different byte values, and CRC-32, MD5 and SHA-256 of a file."""
    content = shelf_bytes(file)
    return {
        "size": len(content),
        "distinct_bytes": len(set(content)),
        "crc32": f"{zlib.crc32(content):08x}",
        "md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


@tool(
    domain="general", kind="retrieval", provider="shelf", source=SOURCE, about="{file}", requires=LIBRARIES,
    examples=({"file": "texts/iris.rst"},),
)  # fmt: skip
def text_file_facts(file: TextFile) -> TextFacts:
    """Lines, empty lines, words, characters and longest line of a text file."""
    text = shelf_text(file)
    lines = text.splitlines()
    return {
        "lines": len(lines),
        "empty_lines": sum(not line.strip() for line in lines),
        "words": len(text.split()),
        "characters": len(text),
        "longest_line": max(map(len, lines), default=0),
    }


@tool(
    domain="general", kind="retrieval", provider="shelf", source=SOURCE, about="{file}", requires=LIBRARIES,
    examples=({"file": "texts/iris.rst", "first": 1, "last": 5},),
)  # fmt: skip
def read_lines(
    file: TextFile,
    first: Annotated[int, Among((1, 5, 10)), Field(description="First line, counted from 1", ge=1, le=100_000)],
    last: Annotated[int, Among((15, 20, 25, 30)), Field(description="Last line, at most 39 after the first", ge=1, le=100_000)],
) -> Lines:
    """Lines of a text file from one number to another, at most 40, with the words and characters in them."""
    lines = shelf_text(file).splitlines()
    if not first <= last < first + MAX_SHOWN:
        raise bad_arguments(f"last must lie from first to {MAX_SHOWN - 1} lines after it")
    if last > len(lines):
        raise not_found(f"line {last}; the file has {len(lines)} lines", file)
    chosen = lines[first - 1 : last]
    return {
        "lines": [{"number": n, "text": line[:300]} for n, line in enumerate(chosen, first)],
        "words": sum(len(line.split()) for line in chosen),
        "characters": sum(map(len, chosen)),
    }


@tool(
    domain="general", kind="retrieval", provider="google-re2", source=f"RE2 regular expressions over {SOURCE}",
    about="{file}", requires=(*LIBRARIES, "google-re2"),
    examples=({"file": "texts/iris.rst", "pattern": "petal"}, {"file": "texts/ephem-quick.rst", "pattern": r"\d{4}/\d+"}),
)  # fmt: skip
def search_file(
    file: TextFile,
    pattern: Annotated[
        str,
        Among(("data", "the", "class", "and", "from", "with", "number", "set")),
        Field(description="Regular expression of RE2 (no look-around, no back references)", min_length=1, max_length=200),
    ],
    ignore_case: Annotated[bool, Field(description="Whether upper and lower case are taken as the same")] = False,
) -> Matches:
    """How often a regular expression matches in a text file, on how many lines, and the first lines; linear in time."""
    import re2

    options = re2.Options()
    options.case_sensitive = not ignore_case
    options.max_mem, options.log_errors = 8 << 20, False
    try:
        found = re2.compile(pattern, options)
    except (re2.error, UnicodeEncodeError) as error:
        raise bad_arguments(f"not a pattern of RE2: {str(error)[:200]}") from None
    hits: list[Line] = []
    matches = 0
    for number, line in enumerate(shelf_text(file).splitlines(), 1):
        count = sum(1 for match in found.finditer(line) if match.end() > match.start())
        if count:
            matches += count
            hits.append({"number": number, "text": line[:200]})
    if not hits:
        raise not_found(f"match in {file}", pattern)
    return {
        "matches": matches,
        "matching_lines": len(hits),
        "first": hits[0]["number"],
        "last": hits[-1]["number"],
        "lines": hits[:20],
    }


@tool(
    domain="general", kind="retrieval", provider="shelf", source=SOURCE, about="the two files", requires=LIBRARIES,
    examples=({"file": "texts/iris.rst", "other": "texts/wine.rst"},),
)  # fmt: skip
def compare_files(file: TextFile, other: TextFile) -> Comparison:
    """Lines that two text files share or have alone, each counted once, and the different words in both."""
    one, two = shelf_text(file), shelf_text(other)
    first, second = ({line.strip() for line in text.splitlines()} - {""} for text in (one, two))
    words = set(one.casefold().split()) & set(two.casefold().split())
    return {
        "common": len(first & second),
        "only_first": len(first - second),
        "only_second": len(second - first),
        "common_words": len(words),
    }


@tool(
    domain="general", kind="retrieval", provider="shelf", source=f"ZIP and TAR headers of {SOURCE}", about="{file}",
    requires=LIBRARIES, examples=({"file": "archives/texts.zip"}, {"file": "archives/tables.tar"}),
)  # fmt: skip
def archive_contents(file: Archive) -> Contents:
    """Files in a ZIP or TAR archive, with their sizes before packing in bytes, by name; at most 100 are listed."""
    content = shelf_file(file, "archives", ".zip", ".tar")
    rows = sorted(archive_members(content), key=lambda row: row["name"])
    return {"members": rows[:100], "count": len(rows), "total": sum(row["size"] for row in rows)}


def archive_members(content: bytes) -> list[Member]:
    """Names and stated sizes of the files in an archive; nothing is unpacked."""
    import tarfile
    import zipfile

    try:
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as packed:
                sizes = [(info.filename, info.file_size) for info in packed.infolist() if not info.is_dir()]
        else:
            with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as tape:
                sizes = [(info.name, info.size) for info in tape if info.isfile()]
    except (zipfile.BadZipFile, tarfile.TarError, ValueError, EOFError) as error:
        raise bad_arguments(f"not an archive: {type(error).__name__}") from None
    if len(sizes) > MAX_MEMBERS or sum(size for _, size in sizes) > MAX_UNPACKED:
        raise ToolError("too_large", f"more than {MAX_MEMBERS:,} files or {MAX_UNPACKED:,} bytes unpacked")
    return [{"name": name, "size": size} for name, size in sizes]
