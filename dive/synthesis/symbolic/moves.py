"""Moves: how the evidence of one round grows out of the last one's.

A move takes the focus of the last round and makes calls that build on it: one more hop, another attribute of the same
entity, the same path for sibling entities, the best of several and on from there, two branches joined in one call.
Whatever the move, the new focus rests on all calls of the old one and on at least one more.
"""

from collections.abc import Callable, Iterator

from dive.synthesis.symbolic.advance import Around, advance
from dive.synthesis.symbolic.begin import Siblings
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
    entity_of,
    is_alias,
    is_case,
    is_conversion,
    is_entity,
    is_number,
    is_ranked,
    items_of,
    scalars,
)
from dive.tools.semantics import TIMES
from dive.tools.tool import Tool

MAX_BRANCHES = 7
MAX_CASES = 3
"""Values of one circumstance that a person would have compared."""


def hop(world: World, focus: Focus, want: Want) -> Focus | None:
    """One step further from the first attribute, in every branch."""
    first = focus.branches[0]
    if want == "any" and len(focus.branches) > 1 and world.rng.random() < 0.8:
        want = "number"
    node = advance(world, _onward(world, first.nodes[0]), first.root, want, Around(focus))
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
        node = advance(world, starts, first.root, want, Around(plain, source.call.tool.domain, first.nodes[0]))
        return _beside(world, plain, node)
    entities = [entity_of(n) for n in arguments_of(source.call)]
    subjects = {n.expression for n in entities if n is first.root or not isinstance(n, Known)}
    starts = [
        n for n in [first.root, *identifiers(first.nodes)] if n.semantic not in TIMES and entity_of(n).expression in subjects
    ]
    return _beside(world, plain, advance(world, starts, first.root, want, Around(plain, source.call.tool.domain)))


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
    most = min(len(focus.branches) + count, MAX_CASES if is_case(first.root) else MAX_BRANCHES)
    for sibling in siblings(2 * count + 2):
        if len(branches) >= most:
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
    found = advance(world, [items[0]], items[0], want, Around(focus))
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
    node = advance(world, starts, starts[0], want, Around(focus)) if starts else None
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
