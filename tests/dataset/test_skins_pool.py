"""Skins of all built-in tools: valid schemas, valid examples, no fact lost, thousands of names, and fast."""

import json
import re
import time
from collections import Counter
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from dive.dataset.rows import Row
from dive.dataset.skins import SkinOptions, apply_skin, make_skin, original_call, skinned, unskinned
from dive.dataset.vocabulary import vocabulary
from dive.synthesis.synthesize import described
from dive.tools.pool import ToolPool
from dive.types import Answer

POOL = ToolPool(tool for tool in ToolPool.default() if not tool.edition)
SAVED = described(POOL)
API = [{"type": "function", "function": {key: tool[key] for key in ("name", "description", "parameters")}} for tool in SAVED]
SECONDS = 0.1
"""Within which a row of 50 tools must be made, on a busy machine; measured are about 0.01."""


@pytest.fixture(scope="module")
def all_in_skins() -> list[Any]:
    return [make_skin(API, seed, SkinOptions(uniform=0.3), SAVED) for seed in range(3)]


def described_texts(tool: Any) -> list[str]:
    function = tool["function"]
    return [function["description"], *(part.get("description", "") for part in function["parameters"]["properties"].values())]


def facts(text: str) -> Counter[str]:
    """What must not get lost: numbers, signs and units, names and codes in capitals, quoted terms."""
    words = re.findall(r"[^\s,;()]+", text)
    quoted = re.findall(r"(?<!\w)'[^']+'(?!\w)|\"[^\"]+\"|`[^`]+`", text)
    marked = [word.rstrip(".:") for word in words if re.search(r"[\dA-Z\W_]", word[1:].rstrip(".:")) or not word[0].isascii()]
    return Counter(quoted) + Counter(word[0].lower() + word[1:] for word in marked)


UNITS = re.compile(
    r"(?<![\w/])(mg|g|kg|m|cm|mm|km|mL|L|dL|s|h|min|percent|degrees|years|days|hours|kelvin|mmol|mol|kPa|mmHg|hPa)(?![\w])"
)


@pytest.mark.slow
def test_every_new_schema_is_valid_and_no_name_comes_twice(all_in_skins: list[Any]) -> None:
    for skin in all_in_skins:
        names = [tool["function"]["name"] for tool in skin.tools]
        assert len({name.replace("_", "").lower() for name in names}) == len(API) == len(names)
        assert set(names).isdisjoint(tool["name"] for tool in SAVED)
        for tool in skin.tools:
            Draft202012Validator.check_schema(tool["function"]["parameters"])
            assert len(tool["function"]["parameters"]["properties"]) == len(set(tool["function"]["parameters"]["properties"]))


@pytest.mark.slow
def test_examples_stay_valid_and_reach_the_real_tools_as_they_were(all_in_skins: list[Any]) -> None:
    for skin in all_in_skins[:1]:
        shown = {tool["function"]["name"]: tool["function"]["parameters"] for tool in skin.tools}
        for tool in POOL:
            new = skin.names[tool.name]
            validator = Draft202012Validator(shown[new])
            for example in tool.examples:
                plain = json.loads(json.dumps(dict(example)))
                assert set(plain) <= set(tool.parameters)
                given = {skin.fields.get(key, key): value for key, value in plain.items()}
                assert list(validator.iter_errors(given)) == []
                assert original_call(skin, new, given) == (tool.name, plain)


def test_no_fact_is_lost_in_other_words(all_in_skins: list[Any]) -> None:
    common = {word for phrase in (*vocabulary().phrases, *vocabulary().beginnings) for word in re.findall(r"\w+", phrase.lower())}
    changed = 0
    for skin in all_in_skins:
        shown = {skin_tool["function"]["name"]: skin_tool for skin_tool in skin.tools}
        olds = {new: old for old, new in skin.names.items()}
        for tool in API:
            new = shown[skin.names[tool["function"]["name"]]]
            for old_text, new_text in zip(described_texts(tool), described_texts(new), strict=True):
                told = re.sub(r"\w+", lambda word, olds=olds: olds.get(word[0], word[0]), new_text)
                lost = facts(old_text) - facts(told)
                assert not lost, (old_text, told)
                assert not Counter(UNITS.findall(old_text)) - Counter(UNITS.findall(told)), (old_text, told)
                gone = Counter(re.findall(r"\w+", old_text.lower())) - Counter(re.findall(r"\w+", told.lower()))
                assert set(gone) <= common, (old_text, told)
                changed += old_text != told
    assert changed > 0.4 * 3 * sum(len(described_texts(tool)) for tool in API)


def test_restrictions_of_parameters_stay(all_in_skins: list[Any]) -> None:
    for skin in all_in_skins:
        shown = {tool["function"]["name"]: tool["function"]["parameters"] for tool in skin.tools}
        for tool in SAVED:
            new = shown[skin.names[tool["name"]]]
            for name, part in tool["parameters"]["properties"].items():
                other = new["properties"][skin.fields.get(name, name)]
                assert {k: v for k, v in part.items() if k != "description"} == {
                    k: v for k, v in other.items() if k != "description"
                }


def row_of(tools: list[Any], number: int = 0) -> Row:
    first = tools[0]["function"]["name"]
    call = {"id": "c", "type": "function", "function": {"name": first, "arguments": "{}"}}
    messages = ({"role": "user", "content": "?"}, {"role": "assistant", "content": first, "tool_calls": [call]})
    return Row(
        id=f"r{number}", task="t", purpose="sft", messages=messages, tools=tuple(tools), query="?", used=(first,),
        answer=Answer(type="integer", value=1), domain="d", variant="v", shape="s", seed="x",
    )  # fmt: skip


def test_toolsets_with_distractors_come_off_again() -> None:
    for start in range(0, 567, 40):
        row = row_of(API[start : start + 40])
        skin = make_skin(row.tools, start, SkinOptions(distractors=10), SAVED, row.used)
        dressed = apply_skin(row, skin)
        assert len(dressed.tools) == len(row.tools) + 10
        assert unskinned(dressed, skin).model_dump_json() == row.model_dump_json()


def test_a_row_of_fifty_tools_is_made_in_milliseconds() -> None:
    rows = [row_of(API[start : start + 50], start) for start in range(0, 500, 50)]
    list(skinned(rows, 1, 0, None, SAVED))
    start = time.process_time()
    list(skinned(rows, 2, 1, None, SAVED))
    assert (time.process_time() - start) / 20 < SECONDS


def test_a_tool_has_many_names_in_each_style() -> None:
    tools = [tool for tool in API if tool["function"]["name"] in ("airport_by_iata", "convert_mass", "loan_payment", "antipode")]
    for style, least in (("snake", 4), ("camel", 5), ("verb_noun", 20), ("vendor", 100), ("opaque", 190)):
        skins = [make_skin(tools, seed, SkinOptions(mix={style: 1})) for seed in range(200)]
        for tool in tools:
            assert len({skin.names[tool["function"]["name"]] for skin in skins}) >= least, (style, tool["function"]["name"])
