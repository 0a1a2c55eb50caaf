"""Moves: how the evidence of one round grows out of the last one's.

A move takes the focus of the last round and makes calls that build on it: one more hop, another attribute of the same
entity, the same path for sibling entities, the best of several and on from there, two branches joined in one call.
Whatever the move, the new focus rests on all calls of the old one and on at least one more.
"""

from collections.abc import Callable, Iterator

from dive.synthesis.aim import Aim, Case
from dive.synthesis.symbolic.exits import Want, count_of, exits, picks
from dive.synthesis.symbolic.plan import (
    Branch,
    Called,
    Focus,
    Found,
    Known,
    Node,
    Winner,
    arguments_of,
    nearest,
    upstream,
)
from dive.synthesis.symbolic.transplant import transplant
from dive.synthesis.symbolic.world import (
    World,
    askable,
    belongs,
    entity_of,
    is_alias,
    is_case,
    is_conversion,
    is_entity,
    is_number,
    is_ranked,
    items_of,
    lists,
    scalars,
)
from dive.tools.semantics import TIMES
from dive.tools.tool import Tool

MAX_BRANCHES = 7
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


def hop(world: World, focus: Focus, want: Want) -> Focus | None:
    """One step further from the first attribute, in every branch."""
    first = focus.branches[0]
    if want == "any" and len(focus.branches) > 1 and world.rng.random() < 0.8:
        want = "number"
    node = advance(world, _onward(world, first.nodes[0]), first.root, want, focus)
    return None if node is None else _over_branches(world, focus, node, lambda old, new: (new, *old[1:]))


def _onward(world: World, node: Node) -> list[Node]:
    """Where to go on from: the node itself, or single items of a list."""
    if isinstance(node, Found) and node.field.kind == "list":
        whole = [node] if world.takers_of(node) and world.rng.random() < 0.5 else []
        return [*whole, *(item for item in picks(world, node) if world.takers(item.semantic))]
    return [node]


def attribute(world: World, focus: Focus, want: Want) -> Focus | None:
    """Another attribute of the entities, found by another call, beside those there are."""
    plain = countable_focus(focus)
    if plain is None or plain.attributes >= 3:
        return None
    first = plain.branches[0]
    source = nearest(first.nodes[0])
    if source is None:
        return None
    if is_case(first.root):
        starts: list[Node] = [n for n in arguments_of(source.call) if isinstance(n, Known) and n.semantic not in TIMES]
        node = advance(world, starts, first.root, want, plain, domain=source.call.tool.domain, near=first.nodes[0])
        return _beside(world, plain, node)
    entities = [entity_of(n) for n in arguments_of(source.call)]
    subjects = {n.expression for n in entities if n is first.root or not isinstance(n, Known)}
    starts = [
        n for n in [first.root, *identifiers(first.nodes)] if n.semantic not in TIMES and entity_of(n).expression in subjects
    ]
    return _beside(world, plain, advance(world, starts, first.root, want, plain, domain=source.call.tool.domain))


def _beside(world: World, plain: Focus, node: Node | None) -> Focus | None:
    """The focus with one more attribute in every branch."""
    if isinstance(node, Found) and node.field.kind == "list":
        node = count_of(node)
    return None if node is None else _over_branches(world, plain, node, lambda old, new: (*old, new))


def countable_focus(focus: Focus) -> Focus | None:
    """The focus with its lists turned into how many items they have; None where that says nothing."""
    branches = []
    for branch in focus.branches:
        nodes = [count_of(n) if isinstance(n, Found) and n.field.kind == "list" else n for n in branch.nodes]
        whole = tuple(n for n in nodes if n is not None)
        if len(whole) < len(nodes):
            return None
        branches.append(Branch(branch.root, whole))
    return Focus(tuple(branches), focus.spread)


def widen(world: World, focus: Focus, siblings: Siblings, count: int) -> Focus | None:
    """The same path for `count` more entities of the same type."""
    plain = countable_focus(focus)
    if plain is None or plain.spread is not None or not isinstance(plain.branches[0].root, Known):
        return None
    first = plain.branches[0]
    branches = list(plain.branches)
    for sibling in siblings(2 * count + 2):
        if len(branches) >= min(len(focus.branches) + count, MAX_BRANCHES):
            break
        if any(branch.root.value == sibling.value for branch in branches):
            continue
        nodes = _transplanted(world, first, sibling)
        if nodes is not None:
            branches.append(nodes)
    return Focus(tuple(branches)) if len(branches) > len(focus.branches) else None


def spread(world: World, focus: Focus, want: Want) -> Focus | None:
    """From a short list of entities to one branch for each of its items."""
    node = focus.branches[0].nodes[0]
    if len(focus.branches) > 1 or focus.attributes > 1:
        return None
    if not isinstance(node, Found) or node.field.kind != "list" or not 2 <= len(node.value) <= MAX_BRANCHES:
        return None
    items = items_of(node)
    if not items or not is_entity(items[0]) or len({item.value for item in items}) < len(items):
        return None
    found = advance(world, [items[0]], items[0], want, focus)
    if found is None:
        return None
    first = Branch(items[0], (found,))
    others = [_transplanted(world, first, item) for item in items[1:]]
    whole = [branch for branch in others if branch is not None]
    return Focus((first, *whole), spread=node) if len(whole) == len(others) else None


def win(world: World, focus: Focus, siblings: Siblings, want: Want) -> Focus | None:
    """The entity with the highest or lowest first attribute, and something found out about it."""
    if is_case(focus.branches[0].root):
        return None
    if len(focus.branches) == 1:
        wide = widen(world, focus, siblings, 3) if is_number(focus.branches[0].nodes[0]) else None
        if wide is None:
            return None
        focus = wide
    values = focus.column()
    if len(values) < 2 or not all(is_ranked(value) and not is_conversion(value) for value in values):
        return None
    high = world.rng.random() < 0.6
    numbers = [value.value for value in values]
    best = (max if high else min)(numbers)
    roots = tuple(branch.root for branch in focus.branches)
    if numbers.count(best) != 1 or len({root.value for root in roots}) < len(roots):
        return None
    place = numbers.index(best)
    starts: list[Node] = []
    for column in _parallel_identifiers(focus):
        starts.append(Winner(roots, tuple(values), "high" if high else "low", column, column[place].value))
    node = advance(world, starts, starts[0], want, focus) if starts else None
    return None if node is None or node.value == best else Focus((Branch(starts[0], (node,)),))


def join(world: World, focus: Focus, siblings: Siblings) -> Focus | None:
    """Two branches, or all of them, put into one call."""
    if len(focus.branches) == 1:
        wide = widen(world, focus, siblings, 1)
        if wide is None:
            return None
        focus = wide
    columns = _parallel_identifiers(focus)
    for tool in world.choose(world.tools):
        for call in _joined(world, tool, columns):
            ends = [end for end in exits(world, call, "any", focus.branches[0].root) if not is_entity(end) or askable(end)]
            if ends:
                return Focus((Branch(focus.branches[0].root, (world.rng.choice(ends),)),))
    return None


def _joined(world: World, tool: Tool, columns: list[tuple[Node, ...]]) -> Iterator[Called]:
    for column in columns:
        same = [p for p in tool.parameters.values() if p.semantic and p.semantic == column[0].semantic and p.required]
        if len(same) == 1 and same[0].kind == "list":
            given: dict[str, Node | tuple[Node, ...]] = {same[0].name: column}
        elif len(same) == 2 and all(p.kind != "list" for p in same) and len(column) == 2:
            given = {same[0].name: column[0], same[1].name: column[1]}
        else:
            continue
        bound = world.bind(tool, given, column[0])
        call = world.call(tool, bound) if bound else None
        if call is not None:
            yield call


def advance(
    world: World,
    starts: list[Node],
    root: Node,
    want: Want,
    focus: Focus | None = None,
    hops: int = 3,
    domain: str = "",
    near: Node | None = None,
) -> Node | None:
    """The next node worth asking for, by as few new calls as lead from one of `starts` to it.

    Before the last round a few tools are tried for a value that can be passed on; a value that cannot is second choice.
    With `domain`, only tools of that domain are called. With `near`, other arguments are looked for around it.
    """
    old = {call.id for call in focus.calls} if focus else set()
    takers = [(t, p, start) for start in starts for t, p in world.takers_of(start) if domain in ("", t.domain)]
    order = {tool.name: n for n, tool in enumerate(world.choose([tool for tool, _, _ in takers]))}
    if not world.last or want == "entity":
        order.update({tool.name: order[tool.name] + len(order) for tool, _, _ in takers if not world.opens(tool)})
    aliases: list[Node] = []
    second: list[Node] = []
    for tool, parameter, start in sorted(takers, key=lambda taker: order[taker[0].name]):
        if tool in tools_behind(start):
            continue
        bound = world.bind(tool, {parameter.name: start}, near or start)
        call = world.call(tool, bound) if bound else None
        if call is None:
            continue
        ends = [] if call.id in old else [e for e in exits(world, call, want, root) if not _returns(start, e)]
        ends = [e for e in ends if not isinstance(e.value, str) or e.value not in {n.value for n in upstream(start) if _text(n)}]
        good = ends if world.last else [end for end in ends if leads_on(world, end, tool)]
        if good:
            return world.rng.choice(good)
        second.extend(ends)
        if len(second) > 12:
            break
        aliases.extend(n for n in scalars(call) if is_alias(n) and n.semantic and n.semantic != start.semantic)
    fresh = [alias for alias in aliases if all(alias.semantic != start.semantic for start in starts)]
    deeper = advance(world, fresh, root, want, focus, hops - 1, domain) if fresh and hops > 1 and not second else None
    numbers = [end for end in second if is_number(end) or (isinstance(end, Found) and end.field.kind == "list")]
    return deeper or (world.rng.choice((not world.last and numbers) or second) if second else None)


def leads_on(world: World, node: Node, by: Tool) -> bool:
    """Whether another tool takes the value, or an item of it."""
    if isinstance(node, Found) and node.field.kind == "list":
        kinds = {f.semantic for f in node.field.fields if f.semantic} or {node.semantic}
        return any(tool is not by for kind in kinds - {*TIMES} for tool, _ in world.takers(kind))
    return any(tool is not by and belongs(node, tool) for tool, _ in world.takers(node.semantic))


def tools_behind(node: Node) -> list[Tool]:
    """The tools on the way to a node; using one of them again would lead in circles."""
    return [above.call.tool for above in upstream(node) if isinstance(above, Found)]


def _returns(start: Node, end: Node) -> bool:
    """Whether a step leads from a date or quantity to another of the same kind, which nobody would ask for."""
    plain = not is_entity(start) or start.semantic == "time.date"
    return bool(start.semantic) and plain and start.semantic == end.semantic


def _text(node: Node) -> bool:
    return isinstance(node.value, str)


def told(node: Node) -> int:
    """How many things have to be described on the way to a node."""
    spoken: set[str] = set()
    for above in upstream(node):
        if isinstance(above, Found):
            spoken |= {entity_of(n).expression for n in arguments_of(above.call) if not isinstance(entity_of(n), Known)}
    return len(spoken)


def identifiers(nodes: tuple[Node, ...]) -> list[Node]:
    """Entity values on the way to the nodes, each a possible start."""
    found: list[Node] = []
    for node in nodes:
        for above in upstream(node):
            if isinstance(above, Found):
                found.extend(n for n in scalars(above.call) if is_alias(n) and is_entity(n))
            if is_entity(above):
                found.append(above)
    return list({node.expression: node for node in found}.values())


def _parallel_identifiers(focus: Focus) -> list[tuple[Node, ...]]:
    """Columns of corresponding entity values over the branches: the roots, then what was found on the way."""
    columns = [tuple(branch.root for branch in focus.branches)]
    per_branch = [[n for n in identifiers(b.nodes) if n is not b.root and not _stated(n, b)] for b in focus.branches]
    if len({len(found) for found in per_branch}) == 1:
        columns += [c for c in zip(*per_branch, strict=True) if len({n.semantic for n in c}) == 1]
    return [column for column in columns if is_entity(column[0])]


def _stated(node: Node, branch: Branch) -> bool:
    """Whether the query states the entity, beside that of the branch."""
    entity = entity_of(node)
    return isinstance(entity, Known) and entity is not branch.root


def _over_branches(
    world: World, focus: Focus, node: Node, put: Callable[[tuple[Node, ...], Node], tuple[Node, ...]]
) -> Focus | None:
    """Do for every branch what was done for the first."""
    first = focus.branches[0]
    branches = [Branch(first.root, put(first.nodes, node))]
    for branch in focus.branches[1:]:
        swap = {id(first.root): branch.root}
        new = transplant(world, node, swap)
        if new is None or new is node:
            return None
        branches.append(Branch(branch.root, put(branch.nodes, new)))
    return Focus(tuple(branches), focus.spread)


def _transplanted(world: World, branch: Branch, root: Node) -> Branch | None:
    nodes = [transplant(world, node, {id(branch.root): root}) for node in branch.nodes]
    whole = [node for node in nodes if node is not None]
    return Branch(root, tuple(whole)) if len(whole) == len(nodes) else None
