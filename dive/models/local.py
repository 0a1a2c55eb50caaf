"""Weights on this machine, through `transformers`: for small models, and for what was just trained. For more, serve it with vLLM.

Requests that wait at the same time are generated together, up to the configuration's `concurrency`. Each row of a batch is
sampled with a generator of its own, seeded with `seed` and the sample's number, so that a reply does not depend on its
neighbours, but for rounding: a batch pads, and that changes the last digits of logits. A JSON Schema is asked for in words alone.
"""

import asyncio
from collections.abc import Sequence

from dive.chat import Reply, Request
from dive.errors import DiveError, need_extra
from dive.models.spec import ModelConfig
from dive.models.weights import Job, Outcome, Weights, loaded
from dive.types import Json

GATHER = 0.01
"""Seconds in which requests come together."""
EXTRA = ("chat_template_kwargs", "device", "dtype", "top_k")
"""What `extra` may hold."""


class LocalModel:
    """A model in this process. Its weights are loaded when it is made, once for all models of a name."""

    def __init__(self, config: ModelConfig) -> None:
        """Raises `DiveError` where the weights cannot be loaded."""
        need_extra("local", "torch", "transformers")
        if strange := sorted(set(config.extra) - set(EXTRA)):
            raise DiveError(f"a local model takes no {', '.join(strange)} in extra; known are {', '.join(EXTRA)}")
        self._config = config
        self._weights: Weights | None = loaded(
            config.name, str(config.extra.get("dtype", "auto")), str(config.extra.get("device", ""))
        )
        self._identity = config.identity | {"weights": self._weights.fingerprint}
        self._sampling = self._weights.sampling(config)
        self._waiting: list[Job] = []
        self._runner: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        return self._config.name

    @property
    def identity(self) -> Json:
        return self._identity

    async def complete(self, request: Request) -> Reply:
        """The next message. Raises `ModelError`."""
        job = Job(request, asyncio.get_running_loop().create_future())
        self._waiting.append(job)
        if self._runner is None or self._runner.done():
            self._runner = asyncio.create_task(self._run())
        try:
            return await job.future
        finally:
            job.gone = True

    async def _run(self) -> None:
        """Answer what waits, batch after batch."""
        await asyncio.sleep(GATHER)
        while self._waiting:
            whole, self._waiting = self._waiting[: self._config.concurrency], self._waiting[self._config.concurrency :]
            batch = [job for job in whole if not job.gone]
            try:
                outcomes: Sequence[Outcome | Exception] = await asyncio.to_thread(self._answer, batch)
            except asyncio.CancelledError:
                abandon(batch)
                raise
            except Exception as error:  # a bug, which is told to those who wait and not to a task that nobody awaits
                outcomes = [error] * len(batch)
            for job, outcome in zip(batch, outcomes, strict=True):
                if job.future.done():
                    continue
                if isinstance(outcome, Reply):
                    job.future.set_result(outcome)
                else:
                    job.future.set_exception(outcome)

    def _answer(self, batch: Sequence[Job]) -> list[Outcome]:
        if self._weights is None:
            raise RuntimeError(f"{self.name} was closed")
        return self._weights.answer(batch, self._sampling, dict(self._config.extra.get("chat_template_kwargs", {})))

    async def close(self) -> None:
        """Stop what is being generated, which cancels those who wait for it, and let go of the weights."""
        abandon(self._waiting)
        self._waiting = []
        if self._runner is not None:
            self._runner.cancel()
        self._weights = None


def abandon(jobs: Sequence[Job]) -> None:
    """Generate no more for these, and let nobody wait for them."""
    for job in jobs:
        job.gone = True
        job.future.cancel()
