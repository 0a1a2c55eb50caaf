"""A tokenizer and a causal language model in this process: prompts by chat template, batches of tokens, replies out of them.

What is asked for at the same time is padded to one batch. Sampling is done here, and not by `generate`, since that draws all rows
of a batch with one generator.
"""

import hashlib
import logging
import threading
import time
import weakref
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dive.chat import Finish, Message, ModelError, Reply, Request, Usage
from dive.errors import DiveError
from dive.models.spec import ModelConfig
from dive.models.spoken import THINK, for_template, heard, of_template
from dive.models.structured import in_words
from dive.types import Json, digest

if TYPE_CHECKING:
    import asyncio

MOST = 4096
"""Tokens of a reply where no limit is set."""
PIECE = 1 << 20
"""Bytes that are read of a large file in one place."""
Outcome = Reply | ModelError
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sampling:
    """How tokens are drawn; what the configuration leaves open is as the weights' own generation settings have it."""

    temperature: float
    """0 takes the likeliest."""
    top_p: float
    top_k: int
    """0 takes all."""
    most: int
    seed: int | None
    seconds: float


class Job:
    """A request that waits for its reply."""

    def __init__(self, request: Request, future: "asyncio.Future[Reply]") -> None:
        self.request = request
        self.future = future
        self.gone = False
        """Whether nobody waits any more; read by the thread that generates."""


_LOADED: "weakref.WeakValueDictionary[tuple[str, ...], Weights]" = weakref.WeakValueDictionary()
"""The weights in memory, as long as a model holds them."""


def loaded(name: str, dtype: str, device: str) -> "Weights":
    """Weights from a folder or the hub, or those in memory already."""
    key = (name, dtype, device, fingerprint(name))
    weights = _LOADED.get(key)
    if weights is None:
        weights = _LOADED[key] = Weights(name, dtype, device)
    return weights


class Weights:
    """A tokenizer and a model in memory. One batch at a time is generated."""

    def __init__(self, name: str, dtype: str, device: str) -> None:
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.name = name
        usual = "cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"
        try:
            self.tokenizer: Any = AutoTokenizer.from_pretrained(name, padding_side="left")
            self.model: Any = AutoModelForCausalLM.from_pretrained(name, dtype=dtype).to(device or usual).eval()
        except Exception as error:  # the boundary to files of any make and age, and to the libraries that read them
            first = str(error).strip().partition("\n")[0]
            raise DiveError(
                f"{name} cannot be loaded: {type(error).__name__}: {first}; give a folder of weights or a name of the hub"
            ) from None
        if not self.tokenizer.chat_template:
            raise DiveError(f"{name} has no chat template; a base model cannot hold a conversation")
        if self.tokenizer.pad_token_id is None:
            self.tokenizer.pad_token = self.tokenizer.eos_token
        self.defaults = copy(self.model.generation_config)
        self.model.generation_config.update(do_sample=False, temperature=None, top_p=None, top_k=None)
        ends = self.defaults.eos_token_id
        self.ends = {self.tokenizer.eos_token_id, *(ends if isinstance(ends, list) else [ends])} - {None}
        self.context = int(getattr(self.model.config.get_text_config(), "max_position_embeddings", None) or 1 << 30)
        self.fingerprint = fingerprint(name) or str(getattr(self.model.config, "_commit_hash", None) or "")
        """What tells these from others of the same name: a digest of a folder, or the hub's commit."""
        self.shows_tools = False
        """Whether its chat template has been seen to show tools."""
        self.fits = 1 << 30
        """Rows that memory has room for, as far as it is known."""
        self._lock = threading.Lock()

    def sampling(self, config: ModelConfig) -> Sampling:
        """How a configuration samples these weights."""
        own = self.defaults if self.defaults.do_sample else None
        temperature, top_p, top_k = (0.0, 1.0, 0) if own is None else (own.temperature, own.top_p, own.top_k)
        return Sampling(
            temperature=_first(config.temperature, temperature, 1.0),
            top_p=_first(config.top_p, top_p, 1.0),
            top_k=int(_first(config.extra.get("top_k"), top_k, 0)),
            most=config.max_tokens or MOST,
            seed=config.seed,
            seconds=config.timeout,
        )

    def answer(self, batch: Sequence[Job], sampling: Sampling, kwargs: dict[str, Json]) -> list[Outcome]:
        """A reply or an error for each request."""
        with self._lock:  # of the tokenizer too, which is not made for several threads
            prompts = [self._tried(job.request, kwargs) for job in batch]
            asked = [(job, prompt) for job, prompt in zip(batch, prompts, strict=True) if isinstance(prompt, str)]
            rows = iter(self._fitting([job for job, _ in asked], [prompt for _, prompt in asked], sampling))
            return [
                self.reply(job.request, prompt, next(rows)) if isinstance(prompt, str) else prompt
                for job, prompt in zip(batch, prompts, strict=True)
            ]

    def _tried(self, request: Request, kwargs: dict[str, Json]) -> str | ModelError:
        """The prompt, or why there is none."""
        try:
            prompt = self.prompt(request, kwargs)
        except ModelError as error:
            return error
        if (size := self._size(prompt)) >= self.context:
            return ModelError("too_long", f"the conversation has {size} tokens, and the model takes {self.context}")
        return prompt

    def prompt(self, request: Request, kwargs: dict[str, Json]) -> str:
        """The conversation as the chat template writes it, up to where the reply begins."""
        messages = request.messages if request.format is None else in_words(request.messages, request.format)
        rows, tools = for_template(messages), list(request.tools) or None
        try:
            text = self._rendered(rows, tools, kwargs)
            if tools is not None and not self.shows_tools:
                self.shows_tools = text != self._rendered(rows, None, kwargs)
        except Exception as error:  # the boundary to the template's code, which refuses what it does not like as it pleases
            raise ModelError("bad_request", f"the chat template refuses the conversation: {error}") from None
        if tools is not None and not self.shows_tools:
            raise ModelError("bad_request", f"the chat template of {self.name} shows no tools; this model cannot call any")
        return text

    def _rendered(self, rows: list[dict[str, Json]], tools: list[Json] | None, kwargs: dict[str, Json]) -> str:
        return str(self.tokenizer.apply_chat_template(rows, tools=tools, add_generation_prompt=True, tokenize=False, **kwargs))

    def _fitting(self, batch: Sequence[Job], prompts: Sequence[str], sampling: Sampling) -> list[list[int] | ModelError]:
        """New tokens of each row, in batches that memory has room for."""
        import torch

        rows: list[list[int] | ModelError] = []
        while len(rows) < len(batch):
            part = slice(len(rows), len(rows) + self.fits)
            try:
                rows += self._generated(batch[part], prompts[part], sampling)
            except torch.OutOfMemoryError:
                size = len(batch[part])
                if size == 1:
                    rows.append(ModelError("too_long", "memory has no room for this conversation alone"))
                else:
                    self.fits = size // 2
                    logger.warning("%s: memory has no room for %d conversations at once; now %d", self.name, size, self.fits)
        return rows

    def _generated(self, batch: Sequence[Job], prompts: Sequence[str], sampling: Sampling) -> list[list[int] | ModelError]:
        import torch

        inputs = self.tokenizer(list(prompts), return_tensors="pt", padding=True, add_special_tokens=False).to(self.model.device)
        width = inputs.input_ids.shape[1]
        limits = [min(sampling.most, self.context - int(size)) for size in inputs.attention_mask.sum(1)]
        late = time.monotonic() + sampling.seconds

        def ended(ids: Any, scores: Any, **_: Any) -> Any:
            made, over = ids.shape[1] - width, time.monotonic() > late
            return torch.tensor(
                [over or job.gone or made >= limit for job, limit in zip(batch, limits, strict=True)], device=ids.device
            )

        drawn = [] if sampling.temperature == 0 else [drawing(sampling, [job.request.sample for job in batch], self.model.device)]
        with torch.inference_mode():
            whole = self.model.generate(
                **inputs, max_new_tokens=max(limits), stopping_criteria=[ended], logits_processor=drawn,
                eos_token_id=sorted(self.ends), pad_token_id=self.tokenizer.pad_token_id,
            )  # fmt: skip
        rows: list[list[int] | ModelError] = []
        for row, limit in zip(whole[:, width:].tolist(), limits, strict=True):
            end = next((place + 1 for place, token in enumerate(row[:limit]) if token in self.ends), None)
            if end is None and len(row) < limit:
                rows.append(ModelError("timeout", f"no whole reply within {sampling.seconds:g} s"))
            else:
                rows.append(row[: end or limit])
        return rows

    def reply(self, request: Request, prompt: str, row: list[int] | ModelError) -> Outcome:
        """The reply in the new tokens of a row."""
        if isinstance(row, ModelError):
            return row
        whole = row[-1] in self.ends
        message = self._message(request, prompt, row)
        usage = Usage(
            prompt=self._size(prompt), completion=len(row), reasoning=self._size(message.reasoning) if message.reasoning else 0
        )
        finish: Finish = "length" if not whole else "tool_calls" if message.tool_calls else "stop"
        return Reply(message=message, finish=finish, usage=usage, model=self.name)

    def _message(self, request: Request, prompt: str, row: list[int]) -> Message:
        """What was said, by the tokenizer's own description of its notation where it has one and that can read it."""
        key = digest([prompt, row])[:12]
        if request.may_call and getattr(self.tokenizer, "response_template", None) is not None:
            try:
                parsed = self.tokenizer.parse_response(self.tokenizer.decode(row), prefix=prompt, tools=list(request.tools))
                return of_template(parsed, key)
            except (ValueError, KeyError, TypeError, AttributeError):  # one broken call loses all of them there
                logger.debug("a reply of %s does not follow its template", self.name)
        text = self.tokenizer.decode(row, skip_special_tokens=True)
        return heard(text, key=key, may_call=request.may_call, thinking=prompt.rstrip().endswith(THINK))

    def _size(self, text: str) -> int:
        return len(self.tokenizer(text, add_special_tokens=False).input_ids)


def _first(*values: float | None) -> float:
    return next(value for value in values if value is not None)


def drawing(sampling: Sampling, samples: Sequence[int], device: Any) -> Any:
    """A step of generation that draws each row's next token with a generator of the row's own.

    Among logits with noise of Gumbel's distribution added, the largest is a draw from their softmax; so what follows may take the
    likeliest. Source: Gumbel (1954), and Maddison, Tarlow and Minka (2014), A* sampling.
    """
    import torch

    def generator(sample: int) -> Any:
        made = torch.Generator(device=device)
        if sampling.seed is None:
            made.seed()
        else:
            made.manual_seed(sampling.seed + sample)
        return made

    generators = [generator(sample) for sample in samples]

    def draw(ids: Any, scores: Any) -> Any:
        scores = scores.float() / sampling.temperature
        if 0 < sampling.top_k < scores.shape[1]:
            least = scores.topk(sampling.top_k).values[:, -1:]
            scores = scores.masked_fill(scores < least, -torch.inf)
        if sampling.top_p < 1:
            ordered, places = scores.sort(descending=True)
            likely = ordered.softmax(-1)
            beyond = likely.cumsum(-1) - likely >= sampling.top_p  # what comes before is enough already
            scores = scores.masked_fill(beyond.scatter(1, places, beyond), -torch.inf)
        noise = [torch.empty(scores.shape[1], device=device).exponential_(generator=one) for one in generators]
        return scores - torch.stack(noise).clamp_min(1e-30).log()

    return draw


def fingerprint(name: str) -> str:
    """A digest of the files of a folder, of which large ones are read in three places only; empty where it is none."""
    folder = Path(name)
    if not folder.is_dir():
        return ""
    whole = hashlib.sha256()
    for path in sorted(path for path in folder.iterdir() if path.suffix in (".json", ".jinja", ".safetensors", ".bin")):
        size = path.stat().st_size
        whole.update(f"{path.name} {size} ".encode())
        with path.open("rb") as file:
            for place in (0, size // 2, max(0, size - PIECE)):
                file.seek(place)
                whole.update(file.read(PIECE))
    return whole.hexdigest()[:16]
