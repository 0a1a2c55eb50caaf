"""The symbolic policy: in each round a move extends the evidence, an ask is chosen among what it answers, and the ask
is worded.

A round is tried with other moves, and an item with other plans, before it is given up: a task has all its rounds. Which
ask is chosen follows the exemplars' shapes; how it is worded follows their manner.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace

from dive.exemplars import SHAPES
from dive.expressions import names_in
from dive.seeds import SeedPool
from dive.synthesis.aim import is_named
from dive.synthesis.collect import Collected, extends
from dive.synthesis.mentions import mentions
from dive.synthesis.sample import Setting
from dive.synthesis.symbolic import moves
from dive.synthesis.symbolic.ask import asks
from dive.synthesis.symbolic.asked import Ask
from dive.synthesis.symbolic.begin import begin, begin_aimed
from dive.synthesis.symbolic.compose import Ambiguous, compose
from dive.synthesis.symbolic.plan import Called, Focus, Known, stated_for
from dive.synthesis.symbolic.recipes import DEEPER, RECIPES, WIDER, Recipe
from dive.synthesis.symbolic.world import BUDGET, World
from dive.tools.snapshot import Caller
from dive.types import Answer, Derivation, Evidence, Exemplar, Json, Round, Step

RECORDS = ("lookup", "table")
"""Shapes whose answer is a small record."""
MORE = 0.9
"""How often a round makes one hop more than its recipe says."""
ATTEMPTS = 5
"""Plans that are tried for an item until one has all its rounds, the shape that is aimed at and enough different tools."""
ENOUGH_TOOLS = 5
CHOICE = 4
"""Questions of other shapes that the last round may find before it settles for one."""
SEVERAL = {1: 0, 2: 8, 3: 14}
"""Fewest different tools of a task with three rounds or more, and from how many tools in the set on."""
LONGEST_QUERY = 560
"""Characters; what is longer has to be read twice."""
FINAL_STEPS = 24
"""Most calls that a question may rest on."""


class SymbolicPolicy:
    """Plans over semantic types; needs only seeds for the siblings that it compares."""

    def __init__(self, seeds: SeedPool, allow_boolean: bool = False) -> None:
        self.seeds = seeds
        self.allow_boolean = allow_boolean
        """Whether answers that could be guessed, such as the count 1, are asked for too."""

    def run(self, setting: Setting, rounds: int, caller: Caller, rng: random.Random) -> Collected:
        """The best of several plans that reach all rounds from the setting's seed."""
        world = World(setting.toolset, caller, rng, setting.weights, lambda semantic: self._stranger(setting, semantic, rng))
        target = setting.exemplars[0].shape if setting.exemplars else rng.choice(SHAPES)
        aim = setting.aim_name
        recipes = list(RECIPES.get(target, RECIPES["chain"]))
        rng.shuffle(recipes)
        best, span = list[Round](), range(0)
        for number in range(ATTEMPTS):
            begun, world.budget = len(world.evidence), BUDGET
            world.case = {} if setting.aim is not None and setting.aim.case is not None else None
            done = self._attempt(world, setting, rounds, recipes[number % len(recipes)], rng)
            if worth(done, target, aim) > worth(best, target, aim):
                best, span = done, range(begun, len(world.evidence))
            if worth(best, target, aim) >= (rounds, True, True, ENOUGH_TOOLS, True):
                break
        if len(best) < least_rounds(setting, best, rounds) or len(tools_of(best[-1])) < least_tools(setting, best, rounds):
            return Collected((), ())
        return Collected(tuple(best), kept_evidence(world, best, span))

    def _attempt(self, world: World, setting: Setting, rounds: int, recipe: Recipe, rng: random.Random) -> list[Round]:
        root = root_of(setting)
        done: list[Round] = []
        focus: Focus | None = None
        for number in range(1, rounds + 1):
            world.round, world.last = number, number == rounds
            preferred = recipe[min(number, 3) - 1] if rounds > 1 else rng.choice(("begin:any", "begin:number", "begin:list"))
            if rounds > 1 and "+" not in preferred and rng.random() < MORE:
                preferred = f"hop:any+{preferred}" if "widen" in preferred else f"{preferred}+hop:any"
            found = self._round(world, setting, root, focus, done, preferred, rng)
            if found is None:
                break
            focus, last = found
            done.append(last)
        return done

    def _round(
        self,
        world: World,
        setting: Setting,
        root: Known,
        focus: Focus | None,
        done: list[Round],
        preferred: str,
        rng: random.Random,
    ) -> tuple[Focus, Round] | None:
        """The first move that gives a question, in the last round one of the shape that is aimed at if there is such a
        move; a question whose answer is a record only where the exemplars ask for that.
        """
        target = setting.exemplars[0].shape if setting.exemplars else ""
        found: list[tuple[Focus, Round]] = []
        for move in self._moves(focus, preferred, finishing(target) if world.last else (), rng):
            grown = focus
            for part in move.split("+"):
                after = self._move(world, setting, root, grown, part)
                grown = after if after is not None else grown
            if grown is None or grown is focus or not tellable(grown):
                continue
            made = derive(grown, setting, done, self.allow_boolean, rng)
            if made is not None:
                found.append((grown, made))
                if fits(made, target) and (not world.last or made.shape == target):
                    return found[-1]
                if len(found) == CHOICE:
                    break
        return next((each for each in found if fits(each[1], target)), found[0] if found else None)

    def _moves(self, focus: Focus | None, preferred: str, final: Sequence[str], rng: random.Random) -> Iterator[str]:
        if focus is None:
            want = preferred.partition(":")[2]
            yield from (f"begin:{want}", f"begin:{want}", "begin:any", "begin:number", "begin:any")
        else:
            yield from (preferred, preferred, *rng.sample(final, len(final)))
            yield from (*rng.sample(DEEPER, len(DEEPER)), *rng.sample(WIDER, len(WIDER)))

    def _move(self, world: World, setting: Setting, root: Known, focus: Focus | None, move: str) -> Focus | None:
        name, _, want = move.partition(":")

        def siblings(count: int) -> list[Known]:
            case = setting.aim.case if setting.aim else None
            if case is None:
                return [Known(other.value, other.semantic) for other in self.seeds.siblings(setting.seed, count, world.rng)]
            return [replace(root, value=value) for value in world.rng.sample(case.others, min(count, len(case.others)))]

        if focus is None and setting.aim is not None:
            return begin_aimed(world, root, setting.aim, siblings, want)
        if focus is None:
            return begin(world, root, want)
        if name == "widen":
            return moves.widen(world, focus, siblings, int(want))
        if name == "join":
            return moves.join(world, focus, siblings)
        if name == "win":
            return moves.win(world, focus, siblings, want)
        return {"hop": moves.hop, "attribute": moves.attribute, "spread": moves.spread}[name](world, focus, want)

    def _stranger(self, setting: Setting, semantic: str, rng: random.Random) -> Known | None:
        others = [seed for seed in self.seeds.by_semantic.get(semantic, ()) if seed.value != setting.seed.value]
        return Known(rng.choice(others).value, semantic) if others else None


def tellable(focus: Focus) -> bool:
    """Whether a person could follow the question: few calls, few things described on the way."""
    limit = 3 if len(focus.branches) == 1 else 2
    deepest = max(moves.told(node) for branch in focus.branches for node in branch.nodes)
    spread = 0 if focus.spread is None else moves.told(focus.spread) + 1
    return len(focus.calls) <= FINAL_STEPS and deepest - spread <= limit and spread <= 2


def derive(focus: Focus, setting: Setting, done: list[Round], allow_boolean: bool, rng: random.Random) -> Round | None:
    """The round's query, answer and derivation: the ask whose shape is asked for most, worded in an exemplar's
    manner.
    """
    possible = asks(focus, rng)
    rng.shuffle(possible)
    wanted = [exemplar.shape for exemplar in setting.exemplars]
    possible.sort(key=lambda ask: (ask.type == "record" and ask.shape not in wanted[:1], _place(ask.shape, wanted)))
    for ask in possible[:6]:
        made = _worded(ask, focus, setting, allow_boolean, rng)
        if made is not None and extends(done, made):
            return made
    return None


def kept_evidence(world: World, best: list[Round], span: range) -> tuple[Evidence, ...]:
    """The calls of the attempt that was chosen, and those of earlier attempts that it rests on."""
    needed = {step.id for step in best[-1].derivation.steps}
    return tuple(e for n, e in enumerate(world.evidence) if n in span or e.id in needed)


def finishing(shape: str) -> tuple[str, ...]:
    """The moves by which recipes come to a shape in their last round."""
    return tuple(dict.fromkeys(recipe[-1] for recipe in RECIPES.get(shape, ())))


def fits(made: Round, target: str) -> bool:
    """Whether a round's answer is a record only where that is aimed at."""
    return made.answer.type != "record" or target in ("", *RECORDS)


def tools_of(made: Round) -> set[str]:
    """The tools that a round's question rests on."""
    return {step.tool for step in made.derivation.steps}


def hits(setting: Setting, done: list[Round]) -> bool:
    """Whether the last round uses the tool that the item was planned around."""
    return bool(done) and setting.aim_name in tools_of(done[-1])


def least_rounds(setting: Setting, done: list[Round], rounds: int) -> int:
    """All of them; a task that uses its aim, which may stand alone, needs but one."""
    return 1 if hits(setting, done) else rounds


def least_tools(setting: Setting, done: list[Round], rounds: int) -> int:
    """How many different tools a task must use; one that uses its aim may need fewer."""
    if rounds < 3:
        return 1
    if setting.aim is not None and hits(setting, done):
        return setting.aim.least
    return max(n for n, size in SEVERAL.items() if len(setting.toolset) >= size)


def worth(rounds: list[Round], target: str, aim: str = "") -> tuple[int, bool, bool, int, bool]:
    """How good an attempt is: its rounds, no unwanted record, the aim, its different tools, the shape that was aimed at."""
    if not rounds:
        return 0, False, False, 0, False
    used = tools_of(rounds[-1])
    return (
        len(rounds), fits(rounds[-1], target), not aim or aim in used, min(len(used), ENOUGH_TOOLS), rounds[-1].shape == target
    )  # fmt: skip


def root_of(setting: Setting) -> Known:
    """What a plan starts from: the seed, or a value that the query states of a case."""
    case = setting.aim.case if setting.aim else None
    if case is not None:
        root = stated_for(case.parameter, case.value)
        return (
            root if root.says is None or is_named(case.tool, case.parameter) else replace(root, says=replace(root.says, noun=""))
        )
    return Known(setting.seed.value, setting.seed.semantic)


def _place(shape: str, wanted: list[str]) -> int:
    return wanted.index(shape) if shape in wanted else len(wanted)


def _worded(ask: Ask, focus: Focus, setting: Setting, allow_boolean: bool, rng: random.Random) -> Round | None:
    answer = ask.answer()
    if answer is None or empty(answer.value) or (ask.form == "record" and any(map(empty, answer.value.values()))):
        return None
    exemplar = _exemplar(ask.shape, setting.exemplars, rng)
    try:
        query = compose(ask, exemplar.manner if exemplar else "question", setting.domain, rng)
    except Ambiguous:
        return None
    if len(query) > LONGEST_QUERY or guessable(ask, answer, query, allow_boolean):
        return None
    steps = steps_of(ask.expression, focus.calls)
    return Round(query=query, answer=answer, derivation=Derivation(steps=steps, answer=ask.expression), shape=ask.shape)


def empty(value: Json) -> bool:
    """Whether a value says nothing worth asking for."""
    return value in (None, "", [], 0)


def guessable(ask: Ask, answer: Answer, query: str, allow_boolean: bool) -> bool:
    """Whether the query gives its answer away, other than as one of several named options."""
    if answer.unit == "%" and answer.value in (0, 100):
        return True
    if answer.type == "integer" and abs(answer.value) <= 2 and not allow_boolean:
        return True
    if answer.type in ("text", "date", "number", "integer") and ask.form not in ("best", "both"):
        return mentions(query, answer.value)
    return False


def steps_of(expression: str, calls: list[Called]) -> tuple[Step, ...]:
    """The steps that an expression rests on, in the order of their calls."""
    made = {call.id: Step(id=call.id, tool=call.tool.name, arguments=_expressions(call)) for call in calls}
    needed: set[str] = set()
    stack = [name for name in names_in(expression) if name in made]
    while stack:
        name = stack.pop()
        if name not in needed:
            needed.add(name)
            stack.extend(n for argument in made[name].arguments.values() for n in names_in(argument) if n in made)
    return tuple(made[call.id] for call in calls if call.id in needed)


def _expressions(call: Called) -> dict[str, str]:
    return {
        name: "[" + ", ".join(n.expression for n in argument) + "]" if isinstance(argument, tuple) else argument.expression
        for name, argument in call.arguments.items()
    }


def _exemplar(shape: str, exemplars: tuple[Exemplar, ...], rng: random.Random) -> Exemplar | None:
    same = [exemplar for exemplar in exemplars if exemplar.shape == shape]
    return same[0] if same else rng.choice(exemplars) if exemplars else None
