"""Writes documents, pictures and sounds of given content, always with the same bytes.

Only what the tools of documents, images and sounds read again: PDF with one font, Word and Excel files without styles,
grey PNG, 16-bit WAV, ZIP and TAR. Nothing is compressed and no clock is read, so the bytes depend on the content alone.
"""

import io
import math
import struct
import sys
import tarfile
import wave
import zipfile
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

LINES = 50
"""Lines on a page of a PDF."""
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def packed(members: Mapping[str, bytes]) -> bytes:
    """A ZIP file of the members, not compressed, all of 1 January 1980."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return made.getvalue()


def tarred(members: Mapping[str, bytes]) -> bytes:
    """A TAR file of the members, all of 1 January 1970."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members.items():
            header = tarfile.TarInfo(name)
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    return made.getvalue()


def pdf(title: str, text: str) -> bytes:
    """A PDF of the text, `LINES` lines on a page; letters outside of Latin 1 become question marks."""
    lines = text.expandtabs().splitlines()
    pages = [lines[n : n + LINES] for n in range(0, len(lines), LINES)] or [[]]
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
        b"<< /Title (%s) >>" % _pdf_text(title),
    ]
    for page in pages:
        shown = b"\n".join(b"(%s) '" % _pdf_text(line) for line in page)
        stream = b"BT /F1 9 Tf 14 TL 50 790 Td\n%s\nET" % shown
        number = len(objects) + 1
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (number + 1)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    kids = b" ".join(b"%d 0 R" % (5 + 2 * n) for n in range(len(pages)))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(pages))
    return _pdf_file(objects)


def _pdf_text(text: str) -> bytes:
    return text.encode("latin-1", "replace").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _pdf_file(objects: Sequence[bytes]) -> bytes:
    made = bytearray(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(made)


def _relations(*rows: tuple[str, str]) -> bytes:
    lines = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/{kind}" Target="{target}"/>' for n, (kind, target) in enumerate(rows, 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'.encode()


def _types(rows: Mapping[str, str]) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument."
    lines = "".join(f'<Override PartName="/{part}" ContentType="{kind}{form}+xml"/>' for part, form in rows.items())
    default = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    return f'{HEAD}<Types xmlns="{PACKAGE}/content-types">{default}{lines}</Types>'.encode()


def word(paragraphs: Iterable[tuple[str, str]], tables: Iterable[Sequence[Sequence[str]]] = ()) -> bytes:
    """A Word file of paragraphs (style and text) followed by tables. Styles are `Title`, `Heading1` and `Normal`."""
    body = "".join(
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
        for style, text in paragraphs
    )
    for table in tables:
        rows = "".join(
            "<w:tr>" + "".join(f"<w:tc><w:p><w:r><w:t>{escape(cell)}</w:t></w:r></w:p></w:tc>" for cell in row) + "</w:tr>"
            for row in table
        )
        body += f"<w:tbl><w:tblPr/><w:tblGrid/>{rows}</w:tbl><w:p/>"
    names = {"Title": "Title", "Heading1": "heading 1", "Normal": "Normal"}
    default = {key: ' w:default="1"' if key == "Normal" else "" for key in names}
    styles = "".join(
        f'<w:style w:type="paragraph" w:styleId="{key}"{default[key]}><w:name w:val="{name}"/></w:style>'
        for key, name in names.items()
    )
    return packed(
        {
            "[Content_Types].xml": _types(
                {"word/document.xml": "wordprocessingml.document.main", "word/styles.xml": "wordprocessingml.styles"}
            ),
            "_rels/.rels": _relations(("officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": _relations(("styles", "styles.xml")),
            "word/document.xml": f'{HEAD}<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>'.encode(),
            "word/styles.xml": f'{HEAD}<w:styles xmlns:w="{WORD}">{styles}</w:styles>'.encode(),
        }
    )


def workbook(sheets: Mapping[str, Sequence[Sequence[str | float]]]) -> bytes:
    """An Excel file of named sheets of rows; numbers stay numbers."""
    members = {f"xl/worksheets/sheet{n}.xml": _sheet(rows) for n, rows in enumerate(sheets.values(), 1)}
    listed = "".join(f'<sheet name="{escape(name)}" sheetId="{n}" r:id="r{n}"/>' for n, name in enumerate(sheets, 1))
    types = {"xl/workbook.xml": "spreadsheetml.sheet.main", **dict.fromkeys(members, "spreadsheetml.worksheet")}
    book = f'{HEAD}<workbook xmlns="{SHEET}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'
    return packed(
        {
            "[Content_Types].xml": _types(types),
            "_rels/.rels": _relations(("officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": _relations(*(("worksheet", name.removeprefix("xl/")) for name in members)),
            "xl/workbook.xml": book.encode(),
            **members,
        }
    )


def _sheet(rows: Sequence[Sequence[str | float]]) -> bytes:
    def cell(value: str | float) -> str:
        if isinstance(value, str):
            return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'
        return f"<c><v>{value!r}</v></c>"

    body = "".join(f'<row r="{n}">{"".join(map(cell, row))}</row>' for n, row in enumerate(rows, 1))
    return f'{HEAD}<worksheet xmlns="{SHEET}"><sheetData>{body}</sheetData></worksheet>'.encode()


def png(rows: Sequence[Sequence[int]]) -> bytes:
    """A grey picture of rows of values from 0 (black) to 255 (white)."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 0, 0, 0, 0)
    data = _stored(b"".join(b"\0" + bytes(row) for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _stored(content: bytes) -> bytes:
    """A zlib stream that holds the content as it is; a library's own choice of blocks may change."""
    blocks = [content[n : n + 65_535] for n in range(0, len(content), 65_535)]
    last = len(blocks) - 1
    body = b"".join(struct.pack("<BHH", n == last, len(block), len(block) ^ 0xFFFF) + block for n, block in enumerate(blocks))
    return b"\x78\x01" + body + struct.pack(">I", zlib.adler32(content))


def tones(parts: Iterable[tuple[Sequence[float], float]], rate: int = 16_000, channels: int = 1) -> bytes:
    """A sound of parts, each some frequencies in hertz sounding together (none is silence) for some seconds; each
    frequency has four fifths of the amplitude of the one before it.
    """
    samples = array("h")
    for frequencies, seconds in parts:
        level = 24_000 / max(1, len(frequencies))
        for n in range(round(seconds * rate)):
            value = round(level * sum(0.8**k * math.sin(2 * math.pi * f * n / rate) for k, f in enumerate(frequencies)))
            samples.extend([value] * channels)
    if sys.byteorder == "big":
        samples.byteswap()
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(channels)
        sound.setsampwidth(2)
        sound.setframerate(rate)
        sound.writeframes(samples.tobytes())
    return made.getvalue()
