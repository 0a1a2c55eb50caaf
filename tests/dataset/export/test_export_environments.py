"""Exports with tools: calls are answered from their own snapshot, replies are scored, and each protocol is spoken for real."""

import importlib.util
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import types
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
import yaml
from nasty_rows import TOOLS, row, toy_row, toy_run

from dive.dataset.export.formats import export
from dive.dataset.export.verl import simple_parameter, simple_tool
from dive.dataset.export.writing import ExportOptions
from dive.dataset.world import World
from dive.errors import DiveError

ENVIRONMENTS = ("verl", "nemo_gym", "verifiers")
RIGHT, WRONG, BARE = "So:\nFinal answer: 13.5% by volume", "Final answer: 14 % by volume", "13.5 % by volume"


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    return toy_run(tmp_path_factory.mktemp("runs") / "toy")


def options(run, **more):
    return ExportOptions(runs=(run,), **more)


def exported(format, rows, folder, run, **more):
    return export(rows, format, folder / "out", options(run, **more)), folder / "out"


# Runs ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ENVIRONMENTS)
def test_an_environment_needs_the_runs_of_its_rows(tmp_path, run, format):
    with pytest.raises(DiveError, match="name their directories"):
        export([toy_row()], format, tmp_path / "out")
    with pytest.raises(DiveError, match="comes from the run 'other'; given are toy"):
        export([toy_row(run="other")], format, tmp_path / "out", options(run))
    with pytest.raises(DiveError, match="no run directory"):
        export([toy_row()], format, tmp_path / "out", options(tmp_path))
    (tmp_path / "toy").mkdir()
    with pytest.raises(DiveError, match="same name"):
        export([toy_row()], format, tmp_path / "out", ExportOptions(runs=(run, tmp_path / "toy")))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("format", ENVIRONMENTS)
def test_rows_for_supervised_training_are_left_out(tmp_path, run, format):
    report, _ = exported(format, [row(0), toy_row()], tmp_path, run)
    assert report.dropped == {"not for rl": 1} and report.rows == {"train": 1}


# World --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def world(tmp_path, run):
    """A world that was moved after it was written."""
    exported("nemo_gym", [toy_row()], tmp_path, run)
    shutil.move(tmp_path / "out", tmp_path / "elsewhere")
    made = World(tmp_path / "elsewhere")
    yield made
    made.close()


def test_calls_are_answered_as_a_solver_sees_them(world):
    pytest.importorskip("dive.dataset.skins")
    worn = {"names": {"wine_label": "label", "wine_country_code": "wine_country_code"}, "fields": {}}
    rollout = world.rollout("toy", worn, ["label", "wine_country_code"])
    assert json.loads(rollout.call("label", {"wine": "Rioja"})) == {"country": "Spain", "alcohol": 13.5}
    assert json.loads(rollout.call("label", '{"wine": "Madeira"}'))["alcohol"] == 19.0

    def code(name, arguments):
        return json.loads(rollout.call(name, arguments))["error"]["code"]

    assert code("label", {"wine": "Tokaji"}) == "not_found"
    assert code("label", '{"wine": ') == code("label", "[1]") == code("label", ["Rioja"]) == "bad_arguments"
    assert code("wine_label", {"wine": "Rioja"}) == code("rm", {}) == "not_found"
    assert code("label", {"wine": "\ud83d"}) == "bad_arguments"


def dressed(number=0):
    """A row in which the tools and their parameter have other names."""
    plain = toy_row(number)
    text = (
        json.dumps(plain.tools)
        .replace("wine_label", "bottleFacts")
        .replace("wine_country_code", "getCode")
        .replace('"wine"', '"bottle"')
    )
    names = {"bottleFacts": "wine_label", "getCode": "wine_country_code"}
    return plain.model_copy(update={"tools": tuple(json.loads(text)), "tool_names": names})


def test_renamed_tools_and_parameters_are_what_they_were(tmp_path, run):
    pytest.importorskip("dive.dataset.skins")
    _, folder = exported("nemo_gym", [dressed()], tmp_path, run)
    [written] = [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]
    assert written["worn"] == {
        "names": {"wine_label": "bottleFacts", "wine_country_code": "getCode"}, "fields": {"wine": "bottle"},
    }  # fmt: skip
    rollout = World(folder).rollout("toy", written["worn"], ["bottleFacts", "getCode"])
    assert json.loads(rollout.call("bottleFacts", {"bottle": "Rioja"}))["alcohol"] == 13.5
    for name, key in (("bottleFacts", "wine"), ("wine_label", "bottle"), ("wine_label", "wine")):
        text, failed = rollout.answer(name, {key: "Rioja"})
        assert failed, text


def test_a_real_skin_is_found_again(tmp_path, run):
    skins = pytest.importorskip("dive.dataset.skins")
    for seed in range(8):
        skin = skins.make_skin(toy_row().tools, seed)
        worn_row = skins.apply_skin(toy_row(), skin)
        _, folder = exported("trl", [worn_row], tmp_path / str(seed), run)
        [written] = [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]
        worn = json.loads(written["worn"])
        assert worn["names"] == skin.names and worn["fields"].items() <= skin.fields.items()
        rollout = World(folder).rollout(json.loads(written["origin"])["run"], worn)
        call = {skin.fields.get("wine", "wine"): "Rioja"}
        assert json.loads(rollout.call(skin.names["wine_label"], call))["alcohol"] == 13.5


def test_a_renamed_tool_that_the_run_lacks_is_named(tmp_path, run):
    odd = dressed().model_copy(update={"tool_names": {"bottleFacts": "beer_label", "getCode": "wine_country_code"}})
    with pytest.raises(DiveError, match="renames 'beer_label', which the run 'toy' does not have"):
        exported("nemo_gym", [odd], tmp_path, run)


def test_many_threads_are_answered_alike(world):
    def ask(number):
        wine, alcohol = (("Rioja", 13.5), ("Madeira", 19.0))[number % 2]
        return json.loads(world.rollout("toy").call("wine_label", {"wine": wine}))["alcohol"] == alcohol

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(ask, range(200)))


def test_what_is_no_world_is_refused(tmp_path, world):
    with pytest.raises(DiveError, match="holds no environment"):
        World(tmp_path)
    with pytest.raises(DiveError, match="no run is named 'x'; there are toy"):
        world.rollout("x")
    settings = tmp_path / "elsewhere" / "world.json"
    settings.write_text(settings.read_text().replace("strict", "dreamy"))
    with pytest.raises(DiveError, match="damaged"):
        World(tmp_path / "elsewhere")
    settings.write_text(settings.read_text().replace("dreamy", "strict"))
    (tmp_path / "elsewhere" / "world" / "toy" / "snapshot.sqlite").unlink()
    with pytest.raises(DiveError, match="lacks its snapshot"):
        World(tmp_path / "elsewhere")


@pytest.mark.slow
def test_live_tools_keep_a_state_for_each_rollout(tmp_path, run):
    names = ("file_note", "drawer_load", "wine_label")
    exported("nemo_gym", [toy_row(tools=names)], tmp_path, run, replay="widen")
    world = World(tmp_path / "out")
    try:
        one, other = world.rollout("toy"), world.rollout("toy")
        topic = {"topic": "river maps"}
        pages = [json.loads(rollout.call("file_note", topic))["page"] for rollout in (one, one, other)]
        assert pages[0] == pages[2] == 43 and pages[1] == 46
        assert json.loads(one.call("wine_label", {"wine": "Tokaji"}))["country"] == "Hungary"
        one.close()
        other.close()
    finally:
        world.close()
    strict = tmp_path / "out" / "world.json"
    strict.write_text(strict.read_text().replace("widen", "strict"))
    assert json.loads(World(tmp_path / "out").rollout("toy").call("wine_label", {"wine": "Tokaji"}))["country"] == "Hungary"


def test_replies_are_scored_by_form_and_by_truth(world):
    pytest.importorskip("dive.verify")
    answer = toy_row().answer
    for given in (answer.model_dump(mode="json"), answer.model_dump_json()):
        scores = [world.score(given, reply) for reply in (RIGHT, WRONG, BARE, "")]
        assert [score.reward for score in scores] == [1.1, 0.1, 1.0, 0.0]
        assert [score.correct for score in scores] == [1, 0, 1, 0]


# verl ---------------------------------------------------------------------------------------------------------------


def test_verl_rows_have_no_padding_and_choose_from_one_registry(tmp_path, run):
    pq = pytest.importorskip("pyarrow.parquet")
    rows = [
        toy_row(0),
        toy_row(1, tools=("wine_label",)),
        toy_row(2, names={"wine_label": "wine_country_code"}, tools=("wine_country_code",)),
    ]
    report, folder = exported("verl", [*rows, toy_row(3, tools=("file_note",))], tmp_path, run)
    assert report.dropped == {"stateful tools": 1}
    assert report.changed["tools renamed since their name means several"] == 1
    read = pq.read_table(folder / "train.parquet").to_pylist()
    assert [one["extra_info"]["tool_selection"] for one in read] == [
        ["wine_label", "wine_country_code"],
        ["wine_label"],
        ["wine_label_2"],
    ]
    assert [one["prompt"] for one in read] == [list(one.messages) for one in rows]
    assert [json.loads(one["reward_model"]["ground_truth"]) for one in read] == [
        one.answer.model_dump(mode="json") for one in rows
    ]
    assert {one["agent_name"] for one in read} == {"tool_agent"} and [one["extra_info"]["index"] for one in read] == [0, 1, 2]
    registry = json.loads((folder / "tools.json").read_text())
    assert [entry["schema"]["function"]["name"] for entry in registry] == ["wine_label", "wine_country_code", "wine_label_2"]
    assert registry[2]["worn"] == {"names": {"wine_country_code": "wine_label"}, "fields": {}}


def test_verl_refuses_more_tools_than_its_workers_can_hold(tmp_path, run, monkeypatch):
    monkeypatch.setattr("dive.dataset.export.verl.MOST_TOOLS", 2)
    with pytest.raises(DiveError, match="over 2; export them without skins"):
        exported("verl", [toy_row(0), dressed()], tmp_path, run)


def test_verl_takes_every_simplified_schema():
    """The rules of verl 0.9: one type (or a list of types) for each parameter, a text that describes the tool."""
    changed = Counter()
    for number, given in enumerate(TOOLS):
        simple = simple_tool(given, f"name_{number}", changed)["function"]
        assert simple["name"] == f"name_{number}" and isinstance(simple["description"], str)
        assert set(simple["parameters"]) == {"type", "properties", "required"}
        for parameter in simple["parameters"]["properties"].values():
            assert isinstance(parameter["type"], str)
            assert set(parameter) <= {"type", "description", "enum"}
    assert changed == {"parameters given one type": 21, "parameters with bounds told in their description": 22}


@pytest.mark.parametrize(
    ("given", "kind", "how"),
    [
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer", "given one type"),
        ({"anyOf": [{"type": "integer"}, {"type": "string"}]}, "string", "given one type"),
        ({"type": ["number", "null"]}, "number", "given one type"),
        ({"const": 7}, "integer", "given one type"),
        ({"enum": ["a", "b"]}, "string", "given one type"),
        ({"$ref": "#/x"}, "string", "given one type"),
        ({}, "string", "given one type"),
        ({"type": "array", "items": {"type": "string"}}, "array", "with bounds told in their description"),
        ({"type": "string", "title": "X", "description": "d", "enum": ["a"]}, "string", ""),
    ],
)
def test_a_parameter_gets_one_type(given, kind, how):
    simple, done = simple_parameter(given)
    assert (simple["type"], done) == (kind, how)
    lost = {key: value for key, value in given.items() if key not in ("type", "description", "enum", "title")}
    assert not lost or json.dumps(lost) in simple["description"]


def test_verl_tools_are_registered_and_answer(tmp_path, run, monkeypatch):
    """The generated file, loaded as verl (0.8 and later) loads it; where verl is not installed, by a registry like its own."""
    rows = [toy_row(0), toy_row(2, names={"label": "wine_label"}, tools=("wine_label",))]
    _, folder = exported("verl", rows, tmp_path, run)
    answers = verl_tools(folder / "function_tools.py", monkeypatch)
    assert sorted(answers) == ["label", "wine_country_code", "wine_label"]
    assert json.loads(answers["label"](wine="Rioja"))["alcohol"] == 13.5
    assert json.loads(answers["wine_label"](wine="Port"))["error"]["code"] == "not_found"
    written = yaml.safe_load((folder / "rollout.yaml").read_text())
    assert written["data"]["train_files"] == written["data"]["val_files"] == "FOLDER/train.parquet"
    rollout = written["actor_rollout_ref"]["rollout"]["multi_turn"]
    assert rollout["max_parallel_calls"] > 1 and rollout["max_tool_response_length"] > World(folder).settings.result_chars


def verl_tools(path, monkeypatch):
    try:
        from verl.tools.function_tool import load_function_tools_from_path
    except ImportError:
        registered = {}
        for name in ("verl", "verl.tools", "verl.tools.function_tool"):
            monkeypatch.setitem(sys.modules, name, types.ModuleType(name))

        def function_tool(name, *, schema):
            return lambda function: registered.setdefault(name, function)

        sys.modules["verl.tools.function_tool"].function_tool = function_tool
        loaded(path)
        return registered
    return {tool.name: tool.fn for tool in load_function_tools_from_path(str(path))}


def test_verl_rewards_the_last_message_alone(tmp_path, run):
    pytest.importorskip("dive.verify")
    _, folder = exported("verl", [toy_row()], tmp_path, run)
    score = loaded(folder / "reward.py").compute_score
    truth = toy_row().answer.model_dump_json()
    said = f"<tool_call>x</tool_call>\nuser\n<tool_response>\n{RIGHT}\n</tool_response>\nassistant\n"
    assert score("dive", said + RIGHT, truth, {"index": 0})["score"] == 1.1
    assert score("dive", said + "I do not know.", truth)["score"] == 0
    assert score("dive", said + f"<think>\n{RIGHT}\n</think>\n\nNo.", truth)["score"] == 0


def loaded(path):
    spec = importlib.util.spec_from_file_location(f"exported_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# NeMo Gym -----------------------------------------------------------------------------------------------------------


class Client:
    """A client with cookies, as frameworks keep one for each rollout."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"
        self.open = build_opener(HTTPCookieProcessor(CookieJar())).open

    def post(self, path, body):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        request = Request(f"{self.address}/{path}", data, {"Content-Type": "application/json"})
        with self.open(request, timeout=20) as answer:
            return json.loads(answer.read())


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def gym_server(folder):
    """The generated server, started as its page says."""
    pytest.importorskip("uvicorn")
    pytest.importorskip("starlette")
    port = free_port()
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[3]), *sys.path])}
    server = subprocess.Popen(
        [sys.executable, "server.py", "--port", str(port)], cwd=folder, env=environment, stderr=subprocess.PIPE
    )
    try:
        for _ in range(200):
            try:
                Client(port).open(f"http://127.0.0.1:{port}/", timeout=5).read()
                break
            except OSError:
                assert server.poll() is None, server.stderr.read().decode()
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(10)
        server.stderr.close()


@pytest.fixture(scope="module")
def gym(tmp_path_factory, run):
    folder = tmp_path_factory.mktemp("gym") / "out"
    export([toy_row(n) for n in range(4)] + [toy_row(4, names={"label": "wine_label"})], "nemo_gym", folder, options(run))
    with gym_server(folder) as port:
        yield folder, port


def said(text):
    message = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text, "annotations": []}]}
    return {"output": [{"type": "function_call", "name": "x", "arguments": "{}", "call_id": "1"}, message]}


@pytest.mark.slow
def test_a_rollout_over_the_protocol(gym):
    folder, port = gym
    rows = [json.loads(line) for line in (folder / "train.jsonl").read_text().splitlines()]
    assert [tool["name"] for tool in rows[4]["responses_create_params"]["tools"]] == ["label", "wine_country_code"]
    for given in rows:
        client = Client(port)
        name = given["responses_create_params"]["tools"][0]["name"]
        wine = re.search(r"How strong is (\w+)", given["query"])[1]
        client.post("seed_session", given)
        assert json.loads(json.dumps(client.post(name, {"wine": wine})))["alcohol"] == given["answer"]["value"]
        assert client.post(name, {"wine": "Cola"})["error"]["code"] == "not_found"
        assert client.post("file_note", {"topic": "x"})["error"]["code"] == "not_found"
        assert client.post(name, b"{")["error"]["code"] == "bad_arguments"


@pytest.mark.slow
def test_a_call_without_a_session_is_refused(gym):
    with pytest.raises(HTTPError, match="400"):
        Client(gym[1]).post("wine_label", {"wine": "Rioja"})


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "body", "said"),
    [("seed_session", {"a": 1}, "is missing"), ("seed_session", b"{", "Expecting"), ("verify", {"answer": {}}, "response"),
     ("seed_session", {"responses_create_params": {}, "run": "x", "worn": None}, "no run is named 'x'")],
)  # fmt: skip
def test_what_is_no_row_is_refused_in_words(gym, path, body, said):
    with pytest.raises(HTTPError, match="400") as caught:
        Client(gym[1]).post(path, body)
    assert said in json.loads(caught.value.read())["error"]


@pytest.mark.slow
def test_verify_returns_the_row_with_its_reward_and_ends_the_session(gym):
    pytest.importorskip("dive.verify")
    folder, port = gym
    given = json.loads((folder / "train.jsonl").read_text().splitlines()[0])
    rewards = []
    for text in (RIGHT, WRONG):
        client = Client(port)
        client.post("seed_session", given)
        judged = client.post("verify", {**given, "response": said(text)})
        assert {key: judged[key] for key in given} == given and judged["response"] == said(text)
        rewards.append(judged["reward"])
        with pytest.raises(HTTPError, match="400"):
            client.post("wine_label", {"wine": "Rioja"})
    cut = {"output": [*said(RIGHT)["output"], {"type": "function_call", "name": "x", "arguments": "{}", "call_id": "2"}]}
    rewards.append(Client(port).post("verify", {**given, "response": cut})["reward"])
    assert rewards == [1.1, 0.1, 0.0]


@pytest.mark.parametrize("name", ["verify", "seed_session", "aggregate_metrics", "mcp"])
def test_tools_named_like_paths_are_refused(tmp_path, run, name):
    report, _ = exported("nemo_gym", [toy_row(names={name: "wine_label"}), toy_row(1)], tmp_path, run)
    assert report.dropped == {f"a tool with the reserved name {name}": 1} and report.rows == {"train": 1}


# verifiers ----------------------------------------------------------------------------------------------------------


def test_the_package_is_whole_and_its_files_compile(tmp_path, run):
    rows = [toy_row(0), toy_row(1, messages=({"role": "user", "content": "a"}, {"role": "user", "content": "b"}))]
    report, folder = exported("verifiers", {"train": rows, "eval": [toy_row(2)]}, tmp_path, run, name="wine_tasks")
    assert report.dropped == {"a prompt that is more than a question": 1} and report.rows == {"train": 1, "eval": 1}
    files = sorted((folder / "wine_tasks").glob("*.py"))
    assert [path.name for path in files] == ["__init__.py", "legacy.py", "taskset.py", "tools.py"]
    for path in files:
        source = path.read_text()
        compile(source, str(path), "exec")
        assert "${" not in source and "$package" not in source
    assert "class WineTasksTaskset" in (folder / "wine_tasks" / "taskset.py").read_text()
    assert 'name = "wine-tasks"' in (folder / "pyproject.toml").read_text()
    assert json.loads(World(folder / "wine_tasks").rollout("toy").call("wine_label", {"wine": "Rioja"}))["alcohol"] == 13.5


def rollouts(kind, folder, *arguments):
    """Rewards of rollouts by the interpreter that an environment variable names, with a scripted policy, and the tools it saw."""
    interpreter = os.environ.get(kind)
    if not interpreter:
        pytest.skip(f"{kind} names no interpreter of an environment with verifiers and what dive needs")
    with scripted_policy() as (port, asked):
        program = Path(__file__).with_name("verifiers_rollouts.py")
        paths = os.pathsep.join([str(folder), str(Path(__file__).parents[3])])
        done = subprocess.run(
            [interpreter, str(program), str(port), *map(str, arguments)], cwd=folder.parent, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": paths, "K": "x"}, timeout=300, check=False,
        )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]), {tuple(tools) for tools in asked}


ROWS = (toy_row(0), dressed(1), toy_row(2, tools=("wine_label",)), toy_row(3))
TOOLSETS = {("wine_label", "wine_country_code"), ("bottleFacts", "getCode"), ("wine_label",)}


@pytest.mark.parametrize("name", ["dive", "verifiers", "json", "class"])
def test_a_package_hides_no_other(tmp_path, run, name):
    with pytest.raises(DiveError, match="cannot name a package"):
        exported("verifiers", [toy_row()], tmp_path, run, name=name)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "way"), [("DIVE_VERIFIERS_V0", "v0"), ("DIVE_VERIFIERS_V1", "v1")])
def test_rollouts_in_verifiers_itself(tmp_path, run, kind, way):
    """Before 0.4 as an environment, from 0.4 on as a taskset."""
    pytest.importorskip("dive.verify")
    _, folder = exported("verifiers", ROWS, tmp_path, run, name="wine_tasks")
    assert rollouts(kind, folder, way) == ([1.1] * 4, TOOLSETS)


@pytest.mark.slow
def test_rollouts_of_nemo_gym_rows_in_verifiers(tmp_path, run):
    """The taskset `nemo-gym` of verifiers 0.4 is a client of the protocol that is not ours."""
    pytest.importorskip("dive.verify")
    _, folder = exported("nemo_gym", ROWS, tmp_path, run)
    with gym_server(folder) as port:
        assert rollouts("DIVE_VERIFIERS_V1", folder, "gym", folder / "train.jsonl", port) == ([1.1] * 4, TOOLSETS)


class scripted_policy:
    """A chat completions server that calls the first tool for the wine in the question and states what it reads."""

    def __enter__(self):
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

        asked = []

        class Handler(BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked.append([tool["function"]["name"] for tool in body["tools"]])
                send(self, body, policy(body))

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self.server.server_address[1], asked

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def policy(body):
    texts = [
        m["content"] if isinstance(m["content"], str) else "".join(p["text"] for p in m["content"] or ())
        for m in body["messages"]
    ]
    results = [text for text, m in zip(texts, body["messages"], strict=True) if m["role"] == "tool"]
    if results:
        return {"role": "assistant", "content": f"Final answer: {json.loads(results[0])['alcohol']} % by volume"}
    wine = re.search(r"How strong is (\w+)", " ".join(texts))[1]
    function = body["tools"][0]["function"]
    [key] = function["parameters"]["required"]
    call = {"id": "c1", "type": "function", "function": {"name": function["name"], "arguments": json.dumps({key: wine})}}
    return {"role": "assistant", "content": "", "tool_calls": [call]}


def send(handler, body, message):
    finish = "tool_calls" if message.get("tool_calls") else "stop"
    head = {"id": "x", "created": 1, "model": body["model"]}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    if body.get("stream"):
        delta = {**message, "tool_calls": [{"index": i, **call} for i, call in enumerate(message.get("tool_calls", ()))] or None}
        chunks = [
            {"choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
            {"choices": [{"index": 0, "delta": {}, "finish_reason": finish}]}, {"choices": [], "usage": usage},
        ]  # fmt: skip
        lines = [f"data: {json.dumps({**head, 'object': 'chat.completion.chunk', **chunk})}\n\n" for chunk in chunks]
        kind, content = "text/event-stream", "".join([*lines, "data: [DONE]\n\n"])
    else:
        choice = {"index": 0, "message": message, "finish_reason": finish}
        kind, content = "application/json", json.dumps({**head, "object": "chat.completion", "choices": [choice], "usage": usage})
    handler.send_response(200)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(content.encode())))
    handler.end_headers()
    handler.wfile.write(content.encode())
