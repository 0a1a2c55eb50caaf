"""Beginnings: the first focus of a plan, from what is found out about the seed, or on the way to the aim."""

from collections.abc import Callable

from dive.synthesis.aim import Aim, Case
from dive.synthesis.symbolic.advance import advance, leads_on
from dive.synthesis.symbolic.exits import Want, exits, picks
from dive.synthesis.symbolic.plan import Branch, Called, Focus, Known, Node
from dive.synthesis.symbolic.transplant import transplant
from dive.synthesis.symbolic.world import World, belongs, is_alias, lists, scalars
from dive.tools.tool import Tool

Siblings = Callable[[int], list[Known]]
"""Up to so many other entities of the root's kind, or other values of a case's parameter."""


def begin(world: World, root: Known, want: Want) -> Focus | None:
    """The first focus: something found out about the seed."""
    node = advance(world, [root], root, want)
    return None if node is None else Focus((Branch(root, (node,)),))


def begin_aimed(world: World, root: Known, aim: Aim, siblings: Siblings, want: Want) -> Focus | None:
    """The first focus of a plan that is to use a tool: from the root over the tools on the way to what it finds out."""
    node: Node = root
    *before, last = aim.way.tools
    for tool, following in zip(before, aim.way.tools[1:], strict=True):
        call = _taking(world, tool, node, aim.case if node is root else None)
        steps = [n for n in _steps(world, call) if fits(world, n, following)] if call else []
        if not steps:
            return None
        node = world.rng.choice(steps)
    call = _taking(world, last, node, aim.case if node is root else None) or _taking_two(world, last, node, root, siblings)
    if call is None:
        return None
    ends = exits(world, call, want, root) or exits(world, call, "any", root)
    good = [end for end in ends if leads_on(world, end, last)] or ends
    end = world.rng.choice(good) if good else _beyond(world, call, root, want)
    return None if end is None else Focus((Branch(root, (end,)),))


def _taking(world: World, tool: Tool, node: Node, case: Case | None) -> Called | None:
    """A call of a tool with a value, in whichever parameter it fits."""
    names = [p.name for t, p in world.takers_of(node) if t is tool]
    for name in [case.parameter.name] if case is not None else names:
        bound = world.bind(tool, {name: node}, node)
        call = world.call(tool, bound) if bound else None
        if call is not None:
            return call
    return None


def _taking_two(world: World, tool: Tool, node: Node, root: Known, siblings: Siblings) -> Called | None:
    """A call of a tool that takes two of a kind, with a value and the same value of another entity."""
    same = [p.name for t, p in world.takers_of(node) if t is tool and p.required]
    for sibling in siblings(4) if len(same) == 2 and node is not root else ():
        twin = transplant(world, node, {id(root): sibling})
        bound = world.bind(tool, {same[0]: node, same[1]: twin}, node) if twin is not None else None
        call = world.call(tool, bound) if bound else None
        if call is not None:
            return call
    return None


def _steps(world: World, call: Called) -> list[Node]:
    """Everything in a result that may be passed on: values, whole lists, items singled out."""
    collections = [found for found in lists(call) if found.field.says and len(found.value) >= 2]
    return [*scalars(call), *collections, *(node for found in collections for node in picks(world, found))]


def fits(world: World, node: Node, tool: Tool) -> bool:
    """Whether a tool takes a value, and a person would take it there."""
    return any(taker is tool for taker, _ in world.takers_of(node)) and belongs(node, tool)


def _beyond(world: World, call: Called, root: Known, want: Want) -> Node | None:
    """What other tools find out by the identifiers that a call gives, where these are all that it gives."""
    names: list[Node] = [n for n in scalars(call) if is_alias(n) and n.semantic]
    return advance(world, names, root, want) if names else None
