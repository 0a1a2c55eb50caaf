"""Documents of the shelf: PDF (pypdf), Word (python-docx) and Excel files (openpyxl)."""

import io
import re
from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import ToolError, bad_arguments, not_found
from dive.tools.general.files import archive_members
from dive.tools.general.shelf import LIBRARIES, SOURCE, shelf_file
from dive.tools.tool import Among, Says, Semantic, tool

Pdf = Annotated[
    str, Semantic("file.pdf"), Field(description="PDF of the shelf, such as documents/iris.pdf", min_length=1, max_length=200)
]
Word = Annotated[
    str,
    Semantic("file.word"),
    Field(description="Word document of the shelf, such as documents/iris.docx", min_length=1, max_length=200),
]
Workbook = Annotated[
    str,
    Semantic("file.workbook"),
    Field(description="Excel workbook of the shelf, such as workbooks/climate.xlsx", min_length=1, max_length=200),
]
MAX_PAGES = 400
MAX_CELLS = 200_000


class PdfFacts(TypedDict):
    pages: Annotated[int, Says("number of pages", unit="pages", high="largest", low="smallest")]
    words: Annotated[int, Says("number of words (separated by white space)", unit="words", high="largest", low="smallest")]
    title: Annotated[str | None, Says("title in the document information")]
    longest_page: Annotated[int, Says("number of the page with the most words (the first of equals)", scale="nominal")]


class PdfPage(TypedDict):
    words: Annotated[int, Says("number of words on page {page} of {file}", unit="words")]
    lines: Annotated[int, Says("number of lines with text on page {page} of {file}", unit="lines")]
    first_line: Annotated[str, Says("first line with text on page {page} of {file}")]
    text: Annotated[str, Says("text", ask=False)]


class WordFacts(TypedDict):
    title: Annotated[str | None, Says("title")]
    headings: Annotated[list[str], Says("heading under the title of {file}", plural="headings under the title of {file}")]
    paragraphs: Annotated[int, Says("number of paragraphs (title and headings not counted)", high="largest", low="smallest")]
    words: Annotated[int, Says("number of words in paragraphs", unit="words", high="largest", low="smallest")]
    longest: Annotated[int, Says("number of words in the longest paragraph of {file}", unit="words")]


class Sheet(TypedDict):
    name: Annotated[str, Says("sheet", names=True)]
    rows: Annotated[int, Says("number of rows (the heading line included)", unit="rows", high="largest", low="smallest")]
    columns: Annotated[int, Says("number of columns", unit="columns", high="largest", low="smallest")]


class WorkbookFacts(TypedDict):
    sheets: Annotated[list[Sheet], Says("sheet of {file}", plural="sheets of {file}")]
    cells: Annotated[int, Says("number of filled cells in all sheets", unit="cells", high="largest", low="smallest")]
    numbers: Annotated[int, Says("number of cells with numbers in all sheets", unit="cells", high="largest", low="smallest")]


class SheetColumn(TypedDict):
    name: Annotated[str, Says("column", names=True)]
    mean: Annotated[float | None, Says("mean")]
    maximum: Annotated[float | None, Says("maximum")]


class SheetFacts(TypedDict):
    columns: Annotated[
        list[SheetColumn],
        Says("column of numbers in sheet {number} of {file}", plural="columns of numbers in sheet {number} of {file}"),
    ]
    name: Annotated[str, Says("name of sheet {number} of {file}")]


def _checked_package(content: bytes) -> bytes:
    """An Office file whose parts, unpacked, are of bounded size."""
    archive_members(content)
    return content


def _pdf_pages(file: str) -> tuple[Any, list[str]]:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(shelf_file(file, "documents", ".pdf")))
        if len(reader.pages) > MAX_PAGES:
            raise ToolError("too_large", f"a PDF of more than {MAX_PAGES} pages")
        return reader, [page.extract_text() for page in reader.pages]
    except PyPdfError as error:
        raise bad_arguments(f"not a PDF: {error}") from None


@tool(
    domain="general", kind="retrieval", provider="pypdf", source=SOURCE, about="{file}", requires=(*LIBRARIES, "pypdf"),
    examples=({"file": "documents/iris.pdf"},),
)  # fmt: skip
def pdf_facts(file: Pdf) -> PdfFacts:
    """Pages, words and title of a PDF, and which page has the most words."""
    reader, pages = _pdf_pages(file)
    counts = [len(page.split()) for page in pages]
    return {
        "pages": len(pages),
        "words": sum(counts),
        "title": (reader.metadata.title if reader.metadata else None) or None,
        "longest_page": counts.index(max(counts)) + 1,
    }


@tool(
    domain="general", kind="retrieval", provider="pypdf", source=SOURCE, about="{file}", requires=(*LIBRARIES, "pypdf"),
    examples=({"file": "documents/iris.pdf", "page": 1},),
)  # fmt: skip
def pdf_page(
    file: Pdf, page: Annotated[int, Among((1, 2, 3)), Field(description="Page, counted from 1", ge=1, le=MAX_PAGES)]
) -> PdfPage:
    """Text of one page of a PDF, with its words, lines and first line."""
    _, pages = _pdf_pages(file)
    if page > len(pages):
        raise not_found(f"page {page}; it has {len(pages)} pages", file)
    text = pages[page - 1]
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return {
        "words": len(text.split()),
        "lines": len(lines),
        "first_line": lines[0] if lines else "",
        "text": text[:8_000],
    }


@tool(
    domain="general", kind="retrieval", provider="python-docx", source=SOURCE, about="{file}",
    requires=(*LIBRARIES, "python-docx"), examples=({"file": "documents/iris.docx"},),
)  # fmt: skip
def word_facts(file: Word) -> WordFacts:
    """Title, headings, paragraphs and words of a Word document."""
    from docx import Document
    from docx.opc.exceptions import PackageNotFoundError

    try:
        document = Document(io.BytesIO(_checked_package(shelf_file(file, "documents", ".docx"))))
    except (PackageNotFoundError, KeyError, ValueError) as error:
        raise bad_arguments(f"not a Word document: {type(error).__name__}") from None
    texts = [(paragraph.style.name if paragraph.style else "", paragraph.text.strip()) for paragraph in document.paragraphs]
    body = [text for style, text in texts if text and style != "Title" and not style.startswith("Heading")]
    counts = [len(text.split()) for text in body]
    return {
        "title": next((text for style, text in texts if style == "Title"), None),
        "headings": [text for style, text in texts if style.startswith("Heading")][:60],
        "paragraphs": len(body),
        "words": sum(counts),
        "longest": max(counts, default=0),
    }


def _sheets(file: str) -> dict[str, list[tuple[Any, ...]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        content = _checked_package(shelf_file(file, "workbooks", ".xlsx"))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (InvalidFileException, KeyError, ValueError) as error:
        raise bad_arguments(f"not an Excel workbook: {type(error).__name__}") from None
    sheets = {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}
    if sum(len(row) for rows in sheets.values() for row in rows) > MAX_CELLS:
        raise ToolError("too_large", f"a workbook of more than {MAX_CELLS:,} cells")
    return sheets


@tool(
    domain="general", kind="retrieval", provider="openpyxl", source=SOURCE, about="{file}", requires=(*LIBRARIES, "openpyxl"),
    examples=({"file": "workbooks/climate.xlsx"},),
)  # fmt: skip
def workbook_facts(file: Workbook) -> WorkbookFacts:
    """Sheets of an Excel workbook with their rows and columns, and filled cells and numbers in all of them."""
    sheets = _sheets(file)
    filled = [value for rows in sheets.values() for row in rows for value in row if value is not None]
    return {
        "sheets": [{"name": name, "rows": len(rows), "columns": max(map(len, rows), default=0)} for name, rows in sheets.items()],
        "cells": len(filled),
        "numbers": sum(isinstance(value, int | float) for value in filled),
    }


@tool(
    domain="general", kind="retrieval", provider="openpyxl", source=SOURCE, about="{file}", requires=(*LIBRARIES, "openpyxl"),
    examples=({"file": "workbooks/climate.xlsx", "number": 2},),
)  # fmt: skip
def sheet_columns(
    file: Workbook, number: Annotated[int, Among((1, 2, 3)), Field(description="Sheet, counted from 1", ge=1, le=100)]
) -> SheetFacts:
    """Name of a sheet of an Excel workbook, and mean and maximum of its columns of numbers under their heading line."""
    sheets = _sheets(file)
    if number > len(sheets):
        raise not_found(f"sheet {number}; it has {len(sheets)} sheets", file)
    name, (head, *rows) = list(sheets.items())[number - 1]
    columns: list[SheetColumn] = []
    for n, title in enumerate(head):
        values = [row[n] for row in rows if n < len(row) and row[n] is not None]
        if values and all(isinstance(value, int | float) for value in values):
            mean = float(f"{sum(values) / len(values):.10g}")
            columns.append({"name": re.sub(r"\s+", " ", str(title)), "mean": mean, "maximum": float(max(values))})
    return {"columns": columns[:60], "name": name}
