"""Real weights, small enough to be made here: loaded by the usual code, batched, sampled, and taught to call a tool."""

import asyncio
import json
import os
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
torch = pytest.importorskip("torch", reason="local models need torch: pip install 'dive-synthesis[local]'")
pytest.importorskip("transformers", reason="local models need transformers: pip install 'dive-synthesis[local]'")

import tiny  # noqa: E402

from dive.chat import Format, Message, ModelError, Reply, Request  # noqa: E402
from dive.errors import DiveError  # noqa: E402
from dive.models.local import LocalModel  # noqa: E402
from dive.models.spec import ModelConfig  # noqa: E402
from dive.models.weights import Job, Sampling, drawing  # noqa: E402

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module", autouse=True)
def _one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny.save(tmp_path_factory.mktemp("weights"))


def local(folder: Path, **settings: Any) -> LocalModel:
    return LocalModel(ModelConfig.model_validate({"backend": "local", "name": str(folder), "max_tokens": 16} | settings))


def asking(text: str, **more: Any) -> Request:
    return Request(messages=(Message(role="system", content="be brief"), Message(role="user", content=text)), **more)


def ask(model: LocalModel, *requests: Request) -> list[Reply | BaseException]:
    async def play() -> list[Reply | BaseException]:
        return await asyncio.gather(*map(model.complete, requests), return_exceptions=True)

    return asyncio.run(play())


def one(model: LocalModel, request: Request) -> Reply:
    return asyncio.run(model.complete(request))


# --- what goes wrong --------------------------------------------------------------------------------------------------
def test_weights_that_are_not_there(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in (tmp_path / "none", tmp_path / "empty"):
        with pytest.raises(DiveError, match=r"cannot be loaded: .*give a folder of weights or a name of the hub"):
            local(name)


def test_weights_that_are_cut_off(tmp_path):
    tiny.save(tmp_path / "cut")
    path = tmp_path / "cut" / "model.safetensors"
    path.write_bytes(path.read_bytes()[:10_000])
    with pytest.raises(DiveError, match="cannot be loaded"):
        local(tmp_path / "cut")


def test_a_base_model(tmp_path):
    with pytest.raises(DiveError, match="has no chat template"):
        local(tiny.save(tmp_path / "base", template=None))


def test_settings_that_nobody_reads(folder):
    with pytest.raises(DiveError, match="takes no min_p in extra; known are chat_template_kwargs, device, dtype, top_k"):
        local(folder, extra={"min_p": 0.1})


def test_a_conversation_that_is_too_long_harms_no_other(folder):
    long, short = ask(local(folder, temperature=0), asking("z" * 3000), asking("hello"))
    assert isinstance(long, ModelError) and long.code == "too_long"
    assert isinstance(short, Reply)


def test_a_template_that_shows_no_tools(tmp_path):
    plain = tiny.TEMPLATE.replace("for tool in tools", "for tool in []").replace("if tools", "if false")
    model = local(tiny.save(tmp_path / "plain", template=plain), temperature=0)
    refused, fine = ask(model, asking("x", tools=(tiny.TOOL,)), asking("x"))
    assert isinstance(refused, ModelError) and refused.code == "bad_request" and "shows no tools" in str(refused)
    assert isinstance(fine, Reply)


def test_a_template_that_refuses(tmp_path):
    strict = "{% if messages[0].role == 'system' %}{{ raise_exception('no system prompt here') }}{% endif %}" + tiny.TEMPLATE
    (refused,) = ask(local(tiny.save(tmp_path / "strict", template=strict)), asking("x"))
    assert isinstance(refused, ModelError) and refused.code == "bad_request" and "no system prompt here" in str(refused)


def test_what_takes_too_long(folder):
    (late,) = ask(local(folder, temperature=0, timeout=0.0001, max_tokens=900), asking("x"))
    assert isinstance(late, ModelError) and late.code == "timeout"


def test_memory_that_has_no_room(folder, monkeypatch):
    """Batches become smaller, and stay so; one conversation that has no room alone is given up."""
    model = local(folder, temperature=0)
    expected = ask(model, *(asking(str(index)) for index in range(7)))
    weights, sizes = model._weights, []
    generate = weights.model.generate

    def tight(**given: Any) -> Any:
        sizes.append(len(given["input_ids"]))
        if sizes[-1] > 2 or given["input_ids"].shape[1] > 300:
            raise torch.OutOfMemoryError("no room")
        return generate(**given)

    monkeypatch.setattr(weights.model, "generate", tight)
    assert ask(model, *(asking(str(index)) for index in range(7))) == expected
    assert sizes == [7, 3, 1, 1, 1, 1, 1, 1, 1]
    (big,) = ask(model, asking("z" * 400))
    assert isinstance(big, ModelError) and big.code == "too_long"
    weights.fits = 1 << 30


def test_a_bug_reaches_who_asked(folder, monkeypatch):
    model = local(folder)
    monkeypatch.setattr(model._weights, "reply", lambda *_: 1 / 0)
    assert all(isinstance(outcome, ZeroDivisionError) for outcome in ask(model, asking("x"), asking("y")))


def test_nobody_waits_and_nothing_is_generated_on(folder):
    model = local(folder, temperature=0, max_tokens=900)

    async def play() -> float:
        task = asyncio.create_task(model.complete(asking("x")))
        await asyncio.sleep(0.3)
        begun = time.monotonic()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await asyncio.get_running_loop().shutdown_default_executor()
        return time.monotonic() - begun

    begun = time.monotonic()
    one(model, asking("x"))
    whole = time.monotonic() - begun
    assert asyncio.run(play()) < whole / 2


def test_closing_lets_nobody_wait_for_ever(folder):
    async def play() -> list[Reply | BaseException]:
        model = local(folder, temperature=0, max_tokens=900, concurrency=2)
        tasks = [asyncio.create_task(model.complete(asking(str(index)))) for index in range(4)]
        await asyncio.sleep(0.3)
        await model.close()
        return await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)

    assert all(isinstance(outcome, asyncio.CancelledError) for outcome in asyncio.run(play()))


# --- sampling ---------------------------------------------------------------------------------------------------------
def greedy(folder: Path, prompt: str, most: int) -> list[int]:
    """By whole forward passes, without padding, cache or `generate`."""
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer, model = AutoTokenizer.from_pretrained(folder), AutoModelForCausalLM.from_pretrained(folder)
    ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt").input_ids
    width = ids.shape[1]
    with torch.inference_mode():
        while ids.shape[1] - width < most and (ids.shape[1] == width or ids[0, -1] != tokenizer.eos_token_id):
            ids = torch.cat([ids, model(ids).logits[:, -1:].argmax(-1)], dim=1)
    return list(ids[0, width:].tolist())


def rows_of(model: LocalModel, requests: list[Request]) -> list[Any]:
    loop = asyncio.new_event_loop()
    jobs = [Job(request, loop.create_future()) for request in requests]
    prompts = [model._weights.prompt(request, {}) for request in requests]
    loop.close()
    return list(model._weights._fitting(jobs, prompts, model._sampling))


def test_the_likeliest_is_what_the_weights_say(folder):
    """Rows of different lengths in one batch, each as if it were alone."""
    model = local(folder, temperature=0, max_tokens=12)
    requests = [asking("What is the sum? " * count) for count in (1, 7, 3)]
    assert rows_of(model, requests) == [greedy(folder, model._weights.prompt(request, {}), 12) for request in requests]


def test_a_seeded_reply_depends_on_its_sample_and_not_on_its_neighbours(folder):
    model = local(folder, temperature=1.5, seed=5)
    requests = [asking("hello", sample=sample) for sample in range(6)]
    together = rows_of(model, requests)
    assert together == [rows_of(model, [request])[0] for request in requests]
    assert len({tuple(row) for row in together}) == 6
    assert rows_of(local(folder, temperature=1.5, seed=6), requests) != together


def test_without_a_seed_samples_differ(folder):
    model = local(folder, temperature=1.5)
    assert rows_of(model, [asking("hello")]) != rows_of(model, [asking("hello")])


@pytest.mark.parametrize(("top_p", "top_k", "kept"), [(1.0, 0, 4), (0.6, 0, 2), (0.5, 0, 1), (1.0, 3, 3), (0.75, 3, 2)])
def test_draws_follow_the_softmax(top_p, top_k, kept):
    """Probabilities of 0.5, 0.3, 0.15 and 0.05 at temperature 2, over 4000 draws; expected by hand."""
    likely = torch.tensor([0.15, 0.5, 0.05, 0.3])
    count = 4000
    draw = drawing(Sampling(2.0, top_p, top_k, 1, 7, 1.0), range(count), "cpu")
    drawn = Counter(draw(None, (2 * likely.log()).expand(count, 4)).argmax(1).tolist())
    best = [1, 3, 0, 2][:kept]
    assert set(drawn) == set(best)
    whole = sum(likely[token].item() for token in best)
    for token in best:
        share = likely[token].item() / whole
        assert abs(drawn[token] / count - share) < 4 * (share * (1 - share) / count) ** 0.5 + 1e-9


def test_the_weights_own_settings_fill_what_is_left_open(tmp_path, folder):
    own = tiny.save(tmp_path / "own", sampling={"do_sample": True, "temperature": 0.6, "top_k": 20, "top_p": 0.95})
    assert local(own, seed=1)._sampling == Sampling(0.6, 0.95, 20, 16, 1, 300)
    assert local(own, temperature=0.2, top_p=0.5, extra={"top_k": 0})._sampling == Sampling(0.2, 0.5, 0, 16, None, 300)
    assert local(folder)._sampling.temperature == 0
    assert local(folder, temperature=0.7)._sampling == Sampling(0.7, 1.0, 0, 16, None, 300)


def test_limits_of_length(folder, tmp_path):
    model = local(folder, temperature=0, max_tokens=5)
    reply = one(model, asking("x"))
    assert (reply.finish, reply.usage.completion) == ("length", 5)
    narrow = local(tiny.save(tmp_path / "narrow", context=80), temperature=0, max_tokens=500)
    short, long = ask(narrow, asking("x"), asking("x" * 30))
    for reply in (short, long):
        assert isinstance(reply, Reply)
        assert reply.finish == "length" and reply.usage.prompt + reply.usage.completion == 80, (
            "each to the end of its own context"
        )


# --- weights in memory ------------------------------------------------------------------------------------------------
def test_weights_are_loaded_once_and_let_go(folder):
    first, second = local(folder), local(folder, temperature=0.5)
    assert first._weights is second._weights
    assert first.identity != second.identity
    asyncio.run(first.close())
    assert isinstance(one(second, asking("x")), Reply)
    (closed,) = ask(first, asking("x"))
    assert isinstance(closed, RuntimeError)


def test_two_models_on_the_same_weights_at_once(folder):
    models = [local(folder, temperature=0), local(folder, temperature=0, max_tokens=9)]
    outcomes: list[list[Reply | BaseException]] = [[], []]

    def work(index: int) -> None:
        outcomes[index] = ask(models[index], *(asking("x" * count) for count in range(1, 9)))

    threads = [threading.Thread(target=work, args=(index,)) for index in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(outcome, Reply) for row in outcomes for outcome in row)


def test_weights_that_were_trained_on_are_others(tmp_path):
    """What is in the cache of replies was said by the weights as they were, and so are those still in memory."""
    folder = tiny.save(tmp_path / "weights")
    before = local(folder)
    model = tiny.make_model(tiny.make_tokenizer())
    with torch.no_grad():
        model.model.layers[1].mlp.down_proj.weight[0, 0] += 0.01
    model.save_pretrained(folder)
    after = local(folder)
    assert after.identity != before.identity
    assert after._weights is not before._weights


# --- conversations ----------------------------------------------------------------------------------------------------
CALL = '<tool_call>\n{"name": "add", "arguments": {"a": 1, "b": 2}}\n</tool_call>'
QUESTION = asking("What is the sum of one and two?", tools=(tiny.TOOL,))


def spoken(model: LocalModel, text: str, request: Request = QUESTION, **kwargs: Any) -> Reply:
    """The reply, were this what the weights produce."""
    weights = model._weights
    row = weights.tokenizer(text, add_special_tokens=False).input_ids
    reply = weights.reply(request, weights.prompt(request, kwargs), [*row, weights.tokenizer.eos_token_id])
    assert isinstance(reply, Reply)
    return reply


def test_tokens_become_a_message(folder):
    model = local(folder)
    reply = spoken(model, f"<think>\nthree, I think\n</think>\n\nLet me see.\n{CALL}")
    assert reply.finish == "tool_calls"
    assert (reply.message.reasoning, reply.message.content) == ("three, I think", "Let me see.")
    assert [(call.name, json.loads(call.arguments)) for call in reply.message.tool_calls] == [("add", {"a": 1, "b": 2})]
    assert 0 < reply.usage.reasoning < reply.usage.completion
    assert spoken(model, CALL, asking("else", tools=(tiny.TOOL,))).message.tool_calls[0].id != reply.message.tool_calls[0].id
    silent = spoken(model, CALL, QUESTION.model_copy(update={"may_call": False}))
    assert (silent.finish, silent.message.content) == ("stop", CALL)


def test_a_prompt_that_ends_within_the_reasoning(folder):
    reply = spoken(local(folder), "three, I think", thinking=True)
    assert (reply.message.reasoning, reply.message.content) == ("three, I think", "")


RESPONSE_TEMPLATE = {
    "defaults": {"role": "assistant"},
    "start_anchor": "<|im_start|>assistant\n",
    "fields": {
        "content": {"close": ["<tool_call>", "<|im_end|>"]},
        "tool_calls": {
            "open": "<tool_call>", "close": "</tool_call>", "repeats": True, "content": "json",
            "transform": {"type": "function", "function": "{content}"},
        },
    },
}  # fmt: skip


def test_a_tokenizer_that_describes_its_own_notation(tmp_path):
    folder = tiny.save(tmp_path / "described")
    tokenizer = tiny.make_tokenizer()
    tokenizer.response_template = RESPONSE_TEMPLATE
    tokenizer.save_pretrained(folder)
    model = local(folder)
    assert model._weights.tokenizer.response_template == RESPONSE_TEMPLATE
    reply = spoken(model, f"Let me see.{CALL}{CALL}")
    assert reply.message.content == "Let me see."
    assert [(call.name, json.loads(call.arguments)) for call in reply.message.tool_calls] == [("add", {"a": 1, "b": 2})] * 2
    broken = spoken(model, CALL + '<tool_call>{"name": "add", "arguments": {"a": </tool_call>')
    assert [call.name for call in broken.message.tool_calls] == ["add", "add"], "one broken call does not lose the other"


def test_a_format_is_asked_for_in_words(folder):
    model = local(folder)
    definition = {"type": "object", "properties": {"query": {"type": "string"}}}
    prompt = model._weights.prompt(asking("x", format=Format(name="draft", definition=definition)), {})
    assert '"query":{"type":"string"}' in prompt
    assert prompt.index('"query"') < prompt.index("<|im_start|>assistant")


def test_a_taught_model_calls_and_answers(tmp_path):
    """From training to a folder to a conversation with a tool."""
    folder = tiny.save(tmp_path / "taught")
    weights: Any = local(folder, temperature=0)._weights
    result = Message(role="tool", content='{"sum": 3}', tool_call_id="c1")
    said = spoken(local(folder), CALL).message
    second = QUESTION.model_copy(update={"messages": (*QUESTION.messages, said, result)})
    tokenizer, model = tiny.make_tokenizer(), tiny.make_model(tiny.make_tokenizer())
    tiny.teach(
        model,
        tokenizer,
        [(weights.prompt(QUESTION, {}), f"{CALL}<|im_end|>"), (weights.prompt(second, {}), "Final answer: 3<|im_end|>")],
    )
    model.save_pretrained(folder)
    del weights

    taught = local(folder, temperature=0, max_tokens=100)
    call, answer = ask(taught, QUESTION, second)
    assert isinstance(call, Reply) and isinstance(answer, Reply)
    assert call.finish == "tool_calls"
    assert [(one.name, json.loads(one.arguments)) for one in call.message.tool_calls] == [("add", {"a": 1, "b": 2})]
    assert (answer.finish, answer.message.content) == ("stop", "Final answer: 3")
    assert answer.usage.completion == len(taught._weights.tokenizer("Final answer: 3").input_ids) + 1  # type: ignore[union-attr]
