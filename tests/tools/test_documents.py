"""Files, documents, pictures and sounds: hostile input first, then values known from elsewhere."""

import hashlib
import io
import time
import wave
import zipfile
from importlib.metadata import distribution

import pytest

from dive.errors import ToolError
from dive.tools.general import shelf, structured, typesetting
from dive.tools.general.files import archive_members
from dive.tools.pool import domain_tools

TOOLS = {tool.name: tool for tool in domain_tools("general")}
BY_FILE = {
    "file_facts": "file", "text_file_facts": "file", "csv_facts": "file", "json_facts": "file", "xml_facts": "file",
    "archive_contents": "file", "pdf_facts": "file", "word_facts": "file", "workbook_facts": "file", "image_facts": "image",
    "image_brightness": "image", "sound_facts": "sound", "sound_level": "sound", "sound_spectrum": "sound",
    "list_folder": "folder",
}  # fmt: skip


def call(name, /, **arguments):
    return TOOLS[name].call(arguments)


def code(name, /, **arguments):
    with pytest.raises(ToolError) as caught:
        call(name, **arguments)
    return caught.value.code


@pytest.fixture
def planted(monkeypatch):
    """Files of the test's own on the shelf."""
    files: dict[str, bytes] = {}
    monkeypatch.setattr(shelf, "written", lambda: {path: lambda _, content=content: content for path, content in files.items()})
    shelf.shelf_bytes.cache_clear()
    yield files
    shelf.shelf_bytes.cache_clear()


# --- the shelf is all there is ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/etc/passwd", "../../etc/passwd", "texts/../../x", "~/x", "C:\\x", "texts\\iris.rst"])
@pytest.mark.parametrize("name", BY_FILE)
def test_paths_that_lead_outside_are_denied(name, path):
    assert code(name, **{BY_FILE[name]: path}) == "denied"


@pytest.mark.parametrize("name", BY_FILE)
def test_missing_files_are_not_found(name):
    assert code(name, **{BY_FILE[name]: "texts/nope.txt"}) == "not_found"


def test_tools_take_their_own_kind_of_file_only():
    for name, key in BY_FILE.items():
        wrong = "images/china.jpg" if key != "image" else "texts/iris.rst"
        if name not in ("file_facts", "list_folder"):
            assert code(name, **{key: wrong}) == "bad_arguments", name


def test_every_file_is_there_and_its_paths_are_relative():
    assert len(shelf.shelf_paths()) > 200
    for path in shelf.shelf_paths():
        assert shelf.shelf_bytes(path), path


# --- hostile files ----------------------------------------------------------------------------------------------------
def test_entities_are_refused(planted):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    planted["data/bomb.xml"] = bomb.encode()
    planted["data/outside.xml"] = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
    planted["data/torn.xml"] = b"<x><y></x>"
    assert code("xml_facts", file="data/bomb.xml") == "denied"
    assert code("xml_facts", file="data/outside.xml") == "denied"
    assert code("xml_facts", file="data/torn.xml") == "bad_arguments"


def test_trees_are_bounded(planted):
    planted["data/deep.json"] = b"[" * 5_000 + b"]" * 5_000
    planted["data/alias.yaml"] = b"a: &a [1, 2]\nb: [*a, *a]\n"
    planted["data/object.yaml"] = b"!!python/object/apply:os.getcwd []\n"
    planted["data/fine.yaml"] = b"a: 1\nb: [x, y]\n"
    assert code("json_facts", file="data/deep.json") in ("bad_arguments", "too_large")
    assert code("json_facts", file="data/alias.yaml") == "bad_arguments"
    assert code("json_facts", file="data/object.yaml") == "bad_arguments"
    facts = call("json_facts", file="data/fine.yaml")
    assert (facts["depth"], facts["objects"], facts["arrays"], facts["texts"], facts["numbers"]) == (2, 1, 1, 2, 1)


def test_archives_are_not_unpacked(planted):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../escape.txt", b"\0" * (65 << 20))
    planted["archives/bomb.zip"] = packed.getvalue()
    planted["archives/torn.zip"] = packed.getvalue()[:40]
    assert code("archive_contents", file="archives/bomb.zip") == "too_large"
    assert code("archive_contents", file="archives/torn.zip") == "bad_arguments"
    assert archive_members(typesetting.tarred({"a": b"12", "b": b""})) == [{"name": "a", "size": 2}, {"name": "b", "size": 0}]


def test_what_is_not_what_it_says_is_told(planted):
    for path in ("documents/x.pdf", "documents/x.docx", "workbooks/x.xlsx", "images/x.png", "sounds/x.wav", "tables/x.csv"):
        planted[path] = b"\x89not at all\0\xff"
    assert code("pdf_facts", file="documents/x.pdf") == "bad_arguments"
    assert code("word_facts", file="documents/x.docx") == "bad_arguments"
    assert code("workbook_facts", file="workbooks/x.xlsx") == "bad_arguments"
    assert code("image_facts", image="images/x.png") == "bad_arguments"
    assert code("sound_facts", sound="sounds/x.wav") == "bad_arguments"
    assert code("csv_facts", file="tables/x.csv") == "bad_arguments"


def test_huge_files_and_pictures_are_refused(planted, monkeypatch):
    planted["images/huge.png"] = typesetting.png([[0]]).replace(
        b"\0\0\0\x01\0\0\0\x01\x08", b"\0\x01\0\0\0\x01\0\0\x08"
    )  # 65,536 by 65,536
    assert code("image_facts", image="images/huge.png") == "bad_arguments"
    monkeypatch.setattr(shelf, "MAX_BYTES", 100)
    assert code("file_facts", file="texts/iris.rst") == "too_large"


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a)*b", "(.*)*x{20}", "((a{1,100}){1,100}){1,100}"])
def test_a_hostile_pattern_ends_soon(planted, pattern):
    planted["texts/long.txt"] = b"a" * 500_000 + b"!"
    start = time.perf_counter()
    with pytest.raises(ToolError) as caught:
        call("search_file", file="texts/long.txt", pattern=pattern)
    assert caught.value.code in ("not_found", "bad_arguments")
    assert time.perf_counter() - start < 20


def test_patterns():
    assert code("search_file", file="texts/iris.rst", pattern="((((") == "bad_arguments"
    assert code("search_file", file="texts/iris.rst", pattern="(?=a)b") == "bad_arguments"
    assert code("search_file", file="texts/iris.rst", pattern="zzzqq") == "not_found"
    assert code("read_lines", file="texts/iris.rst", first=5, last=4) == "bad_arguments"
    assert code("read_lines", file="texts/iris.rst", first=9_990, last=9_999) == "not_found"
    assert code("json_query", file="data/us-states.json", query="][") == "bad_arguments"
    assert code("pdf_page", file="documents/iris.pdf", page=9) == "not_found"
    assert code("sheet_columns", file="workbooks/climate.xlsx", number=3) == "not_found"


# --- known values -----------------------------------------------------------------------------------------------------
def test_file_facts_are_those_of_the_file():
    path = distribution("scikit-learn").locate_file("sklearn/datasets/images/china.jpg")
    with open(path, "rb") as file:
        content = file.read()
    facts = call("file_facts", file="images/china.jpg")
    assert (facts["size"], facts["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())


def test_texts(planted):
    planted["texts/a.txt"] = b"one two\r\n\r\nthree one\r\n"
    planted["texts/b.txt"] = b"one two\nfour\n"
    assert call("text_file_facts", file="texts/a.txt") == {
        "lines": 3, "empty_lines": 1, "words": 4, "characters": 19, "longest_line": 9,
    }  # fmt: skip
    found = call("search_file", file="texts/a.txt", pattern="one")
    assert (found["matches"], found["matching_lines"], found["first"], found["last"]) == (2, 2, 1, 3)
    assert call("search_file", file="texts/a.txt", pattern="ONE", ignore_case=True)["matches"] == 2
    compared = call("compare_files", file="texts/a.txt", other="texts/b.txt")
    assert compared == {"common": 1, "only_first": 1, "only_second": 1, "common_words": 2}
    assert call("read_lines", file="texts/a.txt", first=1, last=3)["words"] == 4


def test_csv_and_trees(planted):
    planted["tables/x.csv"] = b'a;b\n1;"x;y"\n2;\n2;z\n'
    facts = call("csv_facts", file="tables/x.csv")
    assert (facts["rows"], facts["cells"]) == (3, 6)
    assert facts["columns"] == [
        {"name": "a", "distinct": 2, "empty": 0, "numeric": True}, {"name": "b", "distinct": 2, "empty": 1, "numeric": False},
    ]  # fmt: skip
    assert call("csv_facts", file="tables/nile.csv")["rows"] == 100
    assert call("json_facts", file="data/us-states.json")["entries"] == 51
    assert call("json_query", file="data/us-states.json", query="*.name")["count"] == 51
    assert call("json_query", file="data/us-states.json", query="OH.name")["json"] == '"Ohio"'
    planted["data/x.xml"] = b'<a k="1"><b/><b><c/></b></a>'
    assert call("xml_facts", file="data/x.xml") == {
        "root": "a", "elements": 4, "attributes": 1, "depth": 3,
        "tags": [{"tag": "b", "count": 2}, {"tag": "a", "count": 1}, {"tag": "c", "count": 1}],
    }  # fmt: skip
    assert structured.MAX_DEPTH < 1_000


def test_documents(planted):
    planted["documents/x.pdf"] = typesetting.pdf("A (title) \\", "\n".join(f"line {n} é" for n in range(1, 121)))
    facts = call("pdf_facts", file="documents/x.pdf")
    assert facts == {"pages": 3, "words": 360, "title": "A (title) \\", "longest_page": 1}
    page = call("pdf_page", file="documents/x.pdf", page=3)
    assert (page["lines"], page["words"], page["first_line"]) == (20, 60, "line 101 é")
    planted["documents/x.docx"] = typesetting.word([("Title", "T"), ("Heading1", "H"), ("Normal", "a & b"), ("Normal", "c")])
    assert call("word_facts", file="documents/x.docx") == {
        "title": "T", "headings": ["H"], "paragraphs": 2, "words": 4, "longest": 3,
    }  # fmt: skip
    planted["workbooks/x.xlsx"] = typesetting.workbook({"one": [["a", "b"], [1, "x"], [4.5, "y"]], "<two>": [["c"]]})
    book = call("workbook_facts", file="workbooks/x.xlsx")
    assert [(sheet["name"], sheet["rows"], sheet["columns"]) for sheet in book["sheets"]] == [("one", 3, 2), ("<two>", 1, 1)]
    assert (book["cells"], book["numbers"]) == (7, 2)
    assert call("sheet_columns", file="workbooks/x.xlsx", number=1) == {
        "name": "one", "columns": [{"name": "a", "mean": 2.75, "maximum": 4.5}],
    }  # fmt: skip


def test_pictures(planted):
    planted["images/x.png"] = typesetting.png([[0, 255, 255, 255], [255, 255, 100, 255]])
    planted["images/y.png"] = typesetting.png([[255] * 4, [255] * 4])
    facts = call("image_facts", image="images/x.png")
    assert (facts["width"], facts["height"], facts["channels"], facts["format"]) == (4, 2, 1, "PNG")
    assert (facts["colours"], facts["commonest"]) == (3, 6)
    bright = call("image_brightness", image="images/x.png")
    assert bright["mean"] == pytest.approx((6 * 255 + 100) / 8)
    assert bright["entropy"] == pytest.approx(0.75 * 0.4150375 + 2 * 0.125 * 3)
    assert (bright["darkest"], bright["commonest"]) == (0, 255)
    assert call("image_dark_area", image="images/x.png", threshold=101) == {"pixels": 2, "share": 25.0, "width": 3, "height": 2}
    assert call("image_dark_area", image="images/y.png", threshold=200)["width"] is None
    assert call("image_likeness", image="images/x.png", other="images/x.png") == {"hash_distance": 0, "mean_difference": 0.0}
    assert call("image_likeness", image="images/x.png", other="images/y.png")["mean_difference"] > 0


def test_sounds():
    facts = call("sound_facts", sound="sounds/A4.wav")
    assert (facts["duration"], facts["rate"], facts["channels"], facts["samples"]) == (2.0, 16_000, 1, 32_000)
    assert facts["levels"] == 201  # 440 Hz at 16 kHz: a period in 400 samples, of which each value but the extremes comes twice
    assert call("sound_spectrum", sound="sounds/A4.wav")["strongest"] == pytest.approx(440, abs=0.5)
    for note, hertz in (("C4", 261.626), ("E-flat3", 155.563), ("G5", 783.991)):  # equal temperament, ISO 16
        found = call("sound_spectrum", sound=f"sounds/{note}.wav")
        assert found["strongest"] == pytest.approx(hertz, abs=0.5)
        assert found["note"] == note.replace("-flat", " flat ")
    five = call("sound_spectrum", sound="sounds/key-5.wav")
    assert (round(five["strongest"]), round(five["second"])) == (1336, 770)  # ITU-T Q.23
    level = call("sound_level", sound="sounds/A4.wav")
    assert level["peak"] - level["rms"] == pytest.approx(3.01, abs=0.02)  # a sine


def test_every_type_of_file_has_its_files():
    values = shelf.shelf_values()
    taken = {semantic for tool in domain_tools("general") for semantic in tool.takes if semantic.startswith("file.")}
    assert taken == set(values) and all(values.values())
    assert len(values["file.pdf"]) == len(values["file.word"]) > 10 and "texts" in values["file.folder"]


def test_silence_has_no_level(planted):
    planted["sounds/still.wav"] = typesetting.tones([([], 0.1)])
    assert code("sound_level", sound="sounds/still.wav") == "bad_arguments"
    assert code("sound_spectrum", sound="sounds/still.wav") == "bad_arguments"


def test_a_square_wave_has_known_levels(planted):
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setparams((1, 2, 8_000, 0, "NONE", ""))
        sound.writeframes((b"\x00\x40" * 4 + b"\x00\xc0" * 4) * 500)
    planted["sounds/square.wav"] = made.getvalue()
    level = call("sound_level", sound="sounds/square.wav")
    assert level["peak"] == level["rms"] == pytest.approx(-6.0206, abs=1e-4)
    assert level["crossings"] == 999
    assert call("sound_spectrum", sound="sounds/square.wav")["strongest"] == pytest.approx(1_000, abs=1)


def test_archives():
    texts = call("archive_contents", file="archives/texts.zip")
    assert texts["count"] == sum(path.startswith("texts/") for path in shelf.carried())
    assert call("archive_contents", file="archives/texts.tar")["total"] == texts["total"]
    assert call("archive_contents", file="archives/exchange-rates.zip")["members"][0]["name"] == "eurofxref-hist.csv"
    folder = call("list_folder", folder="texts")
    assert folder["total"] == texts["total"]


def test_characters():
    assert call("character_facts", character="€") == {
        "code": 8364, "name": "EURO SIGN", "category": "Sc", "utf8_bytes": 3, "decomposed": 1,
    }  # fmt: skip
    assert call("character_facts", character="ﬁ")["decomposed"] == 2
    assert code("character_facts", character="\0") == "not_found"
    assert code("character_facts", character="ab") == "bad_arguments"
    assert call("text_encoding", text="aé𝄞") == {"utf8": 7, "utf16": 8, "code_points": 3, "code_sum": 97 + 233 + 119070}
    assert call("text_digests", text="123456789")["crc32"] == "cbf43926"  # the check value of CRC-32
    assert call("text_digests", text="Wikipedia")["adler32"] == 300286872
    assert call("text_digests", text="abc")["md5"] == "900150983cd24fb0d6963f7d28e17f72"  # RFC 1321
    assert call("text_difference", text="a b c d", other="a x c d") == {"kept": 3, "edits": 2, "prefix": 2}
    assert code("text_difference", text=" ", other="a") == "bad_arguments"
