"""Rounds with a language model: it explores with tools, then derives a draft from what came back, and mends it once.

Where collector and deriver are the same model, the draft is asked for within the collector's conversation, so that the server
has read all of it before; otherwise the deriver is shown the results. A draft passes the same gates as any other. Nothing that
a model says becomes a task without them: a refusal, an unreadable reply and a draft that fails twice each end the item, with
the gate and the reason.
"""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field

from dive.chat import STOPPING, Message, Model, ModelError, Request, Trace
from dive.functions import FUNCTIONS
from dive.models.structured import read_structured
from dive.prompts import Prompts
from dive.rollout import Limits, Tools, rollout
from dive.synthesis.collect import Collected, extends
from dive.synthesis.draft import Rules
from dive.synthesis.gates import first_failure
from dive.synthesis.mentions import numbers_in
from dive.synthesis.modelled.draft import DRAFT, REWRITE, Failing, read_draft, round_of
from dive.types import Answer, Derivation, Evidence, Exemplar, Round, Seed, canonical
from dive.views import view


@dataclass(frozen=True)
class Item:
    """What a model is told of an item, and what it may call."""

    seed: Seed
    domain: str
    exemplars: tuple[Exemplar, ...]
    tools: Tools
    volatile: frozenset[str] = frozenset()
    """Names of tools that change with time."""


@dataclass(frozen=True)
class Cast:
    """The models that fill the roles; None where the symbolic policy does, or nobody."""

    collector: Model | None
    deriver: Model | None
    rewriter: Model | None = None


@dataclass
class _State:
    """An item while it is worked on."""

    conversation: list[Message]
    """What the collector said and saw; where one model fills both roles, the drafts too."""
    drafting: list[Message]
    """What a deriver of its own said and saw."""
    evidence: list[Evidence] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)


class ModelPolicy:
    """Runs the rounds of items; it keeps nothing between them."""

    def __init__(self, cast: Cast, prompts: Prompts, rules: Rules, limits: Limits, system: str) -> None:
        self.cast, self.prompts, self.rules, self.limits, self.system = cast, prompts, rules, limits, system
        self.joined = cast.collector is not None and cast.deriver is not None and cast.collector.identity == cast.deriver.identity
        """Whether one conversation serves both roles."""

    async def run(self, item: Item, rounds: int, recorded: Sequence[Evidence] = ()) -> Collected:
        """All rounds of an item, or the gate and the reason why there are none. `recorded` is evidence that is there already, of
        as many rounds, which is then not collected.
        """
        state = self._begun()

        async def work() -> None:
            for number in range(1, rounds + 1):
                if recorded:
                    state.evidence += [call for call in recorded if call.round == number]
                else:
                    await self._collect(item, state, number, rounds)
                state.rounds.append(await self._derive(item, state, number, rounds))
            await self._reword(item, state)

        return await _outcome(state, work())

    async def reworded(self, item: Item, collected: Collected) -> Collected:
        """The last round in another wording. Derivation and answer stay; the gates look again."""
        state = self._begun()
        state.evidence, state.rounds = list(collected.evidence), list(collected.rounds)
        return await _outcome(state, self._reword(item, state))

    def _begun(self) -> _State:
        system = Message(role="system", content=self.system)
        return _State([system], [system])

    # The collector ------------------------------------------------------------------------------------------------------

    async def _collect(self, item: Item, state: _State, number: int, rounds: int) -> None:
        """Extend the evidence by one round. Raises `Rejected` where there is nothing to go on with."""
        assert self.cast.collector is not None
        slots = {
            "topic": item.seed.value, "semantic": item.seed.semantic, "domain": item.domain, "rounds": str(rounds),
            "steps": str(self.limits.turns),
        }  # fmt: skip
        if number > 1:
            slots |= {"round": str(number), "question": state.rounds[-1].query}
        asked = Message(role="user", content=self.prompts.fill("explore" if number == 1 else "explore_on", slots))
        first = len(state.evidence) + 1
        trace = await rollout(
            self.cast.collector, [*state.conversation, asked], item.tools, self.limits, first=first, round=number
        )
        state.conversation = list(trace.messages)
        state.evidence.extend(trace.calls)
        if stuck := _why_stuck(trace):
            raise Rejected(*stuck)

    # The deriver --------------------------------------------------------------------------------------------------------

    async def _derive(self, item: Item, state: _State, number: int, rounds: int) -> Round:
        """The round's draft. Raises `Rejected` where it fails a gate, and fails again when the model was told."""
        assert self.cast.deriver is not None
        content = self._draft_prompt(item, state, number, rounds)
        before = state.conversation if self.joined else state.drafting
        conversation = [*before, Message(role="user", content=content)]
        for last in (False, True):
            reply = await self.cast.deriver.complete(
                Request(
                    messages=tuple(conversation),
                    tools=item.tools.definitions if self.joined else (),
                    may_call=False,
                    format=DRAFT,
                )
            )
            conversation.append(reply.message)
            try:
                if reply.finish == "refusal":
                    raise Failing("well_formed", f"the model refused: {reply.message.content[:200]}")
                made = self._gated(item, state, reply.message.content)
            except (Failing, Rejected) as error:
                if last:
                    raise error if isinstance(error, Rejected) else _rejected(error, reply.message.content) from None
                told = self.prompts.fill("repair", {"gate": error.gate, "reason": error.reason})
                conversation.append(Message(role="user", content=told))
            else:
                before[:] = conversation
                return made
        raise AssertionError("a draft is accepted or rejected at the second try")

    def _gated(self, item: Item, state: _State, text: str) -> Round:
        made = round_of(read_draft(text), state.evidence, self.rules.defaults)
        draft = self.rules.draft(made.query, made.answer, made.derivation, tuple(state.evidence), item.volatile)
        if failure := first_failure(draft):
            raise Rejected(*failure, made)
        if not extends(state.rounds, made):
            raise Rejected("necessary", "the question must rest on all calls of the one before, and on at least one more", made)
        return made

    def _draft_prompt(self, item: Item, state: _State, number: int, rounds: int) -> str:
        good = [call for call in state.evidence if call.failure is None]
        results = ""
        if not self.joined:
            new = (call for call in good if call.round == number)
            shown = (f"{call.id} = {view(call.result, self.limits.result_chars)}" for call in new)
            results = "\nThe results of this round:\n" + "\n".join(shown) + "\n"
        before = state.rounds[-1] if state.rounds else None
        task = (
            self.prompts.fill("first_task", {"topic": item.seed.value})
            if before is None
            else self.prompts.fill("harder_task", {
                "question": before.query, "expression": before.derivation.answer,
                "steps": ", ".join(step.id for step in before.derivation.steps),
            })
        )  # fmt: skip
        name = good[0].id if good else "e1"
        return self.prompts.fill("draft", {
            "round": str(number), "rounds": str(rounds), "task": task, "results": results,
            "calls": "\n".join(f"{call.id} = {call.tool}({canonical(call.arguments)})" for call in good),
            "example": f"round({name}.value - 1.5, 2)", "functions": ", ".join(FUNCTIONS), "exemplars": _listed(item.exemplars),
        })  # fmt: skip

    # The rewriter -------------------------------------------------------------------------------------------------------

    async def _reword(self, item: Item, state: _State) -> None:
        """Word the last round anew, if there is a rewriter. Raises `Rejected` where that fails a gate twice."""
        if self.cast.rewriter is None:
            return
        last = state.rounds[-1]
        slots = {"question": last.query, "answer": _spoken(last.answer), "exemplars": _listed(item.exemplars)}
        asked = Message(role="user", content=self.prompts.fill("rewrite", slots))
        conversation = [Message(role="system", content=self.system), asked]
        for tried_before in (False, True):
            reply = await self.cast.rewriter.complete(Request(messages=tuple(conversation), format=REWRITE))
            query = _query_in(reply.message.content)
            made = last.model_copy(update={"query": query})
            draft = self.rules.draft(query, last.answer, last.derivation, tuple(state.evidence), item.volatile)
            failure = first_failure(draft) or _lost(last, query)
            if failure is None:
                state.rounds[-1] = made
                return
            if tried_before:
                raise Rejected(*failure, made)
            told = self.prompts.fill("repair_rewrite", {"gate": failure[0], "reason": failure[1]})
            conversation += [reply.message, Message(role="user", content=told)]


async def _outcome(state: _State, work: Awaitable[None]) -> Collected:
    """What an item comes to when its work ends, however it ends. Raises `ModelError` where that concerns every item."""
    try:
        await work
    except Rejected as error:
        rounds = [*state.rounds, error.draft] if error.draft is not None else state.rounds
        return Collected(tuple(rounds), tuple(state.evidence), (error.gate, error.reason))
    except ModelError as error:
        if error.code in STOPPING:
            raise
        return Collected(tuple(state.rounds), tuple(state.evidence), ("unavailable", str(error)))
    return Collected(tuple(state.rounds), tuple(state.evidence))


def _lost(before: Round, query: str) -> tuple[str, str] | None:
    """What a rewrite left out that no gate looks for: numbers of the query, such as the digits to round to."""
    lost = sorted(numbers_in(before.query) - numbers_in(query))
    return ("closed", f"the number {lost[0]:g} of the question is left out") if lost else None


class Rejected(Exception):
    """An item that ends without a task: the gate, the reason, and the draft where there is one."""

    def __init__(self, gate: str, reason: str, draft: Round | None = None) -> None:
        super().__init__(f"{gate}: {reason}")
        self.gate, self.reason, self.draft = gate, reason, draft


def _rejected(failing: Failing, text: str) -> Rejected:
    """The rejection of a draft that never became a round, with what the model wrote of it."""
    try:
        drafted = read_draft(text)
        query, answer, expression = drafted.query, str(drafted.answer), drafted.expression
    except Failing:
        query, answer, expression = text[:1_000], "", ""
    draft = Round(
        query=query, answer=Answer(type="text", value=answer), derivation=Derivation(steps=(), answer=expression), shape=""
    )
    return Rejected(failing.gate, failing.reason, draft)


def _why_stuck(trace: Trace) -> tuple[str, str] | None:
    """Why a collector's trace is nothing to derive from; a collector that was cut off by its turns has done its work."""
    if trace.ending in ("model_error", "time"):
        return "unavailable", trace.note
    if trace.ending == "refused":
        return "stuck", f"the collector refused: {trace.note}"
    if not any(call.failure is None for call in trace.calls):
        return "stuck", "the collector made no call that succeeded"
    return None


def _listed(exemplars: Sequence[Exemplar]) -> str:
    return "\n".join(f"- {' '.join(exemplar.query.split())}" for exemplar in exemplars) or "- (none)"


def _spoken(answer: Answer) -> str:
    value = answer.value if isinstance(answer.value, str | int | float) else canonical(answer.value)
    return f"{value} {answer.unit}".strip()


def _query_in(text: str) -> str:
    """The query in a rewriter's reply; empty where there is none, which no gate lets pass."""
    try:
        query = read_structured(text).get("query", "")
    except (ValueError, RecursionError):
        return ""
    return " ".join(query.split()) if isinstance(query, str) else ""
