"""Recipes: which moves lead to a structure of a given shape, over three rounds.

A move is written `name:want` or `name:count`; moves joined by `+` are made in one round. A recipe is a preference:
where a move is not possible, any other that extends the structure is made, and the final question takes whatever
shape the structure has.
"""

Recipe = tuple[str, str, str]

RECIPES: dict[str, tuple[Recipe, ...]] = {
    "lookup": (("begin:any", "attribute:any", "attribute:any"), ("begin:number", "attribute:number", "attribute:any")),
    "chain": (
        ("begin:entity", "hop:entity", "hop:any"),
        ("begin:entity", "hop:entity", "hop:number"),
        ("begin:any", "hop:any", "hop:any"),
        ("begin:entity", "hop:entity", "hop:entity+hop:any"),
        ("begin:list", "spread:number", "win:any"),
    ),
    "compare": (
        ("begin:entity+hop:entity", "hop:number", "widen:1"),
        ("begin:entity", "hop:entity+hop:number", "widen:1"),
        ("begin:number", "hop:number+hop:number", "widen:1"),
        ("begin:entity", "hop:number", "hop:number+widen:1"),
    ),
    "superlative": (
        ("begin:number", "widen:3+win:any", "hop:any"),
        ("begin:entity", "hop:number+widen:3", "win:any"),
        ("begin:number", "widen:2+win:number", "hop:any"),
        ("begin:entity", "hop:entity", "hop:list"),
        ("begin:list", "spread:number", "win:any"),
        ("begin:entity", "hop:number", "hop:number+widen:4"),
    ),
    "aggregate": (
        ("begin:entity+hop:entity", "hop:number", "widen:3"),
        ("begin:number", "hop:number+hop:number", "widen:2"),
        ("begin:entity", "hop:entity", "hop:list"),
        ("begin:entity+hop:list", "spread:number", "hop:number"),
        ("begin:entity", "hop:list", "spread:number"),
    ),
    "filter": (
        ("begin:entity", "hop:entity", "hop:list"),
        ("begin:entity+hop:entity", "hop:number", "widen:4"),
        ("begin:entity+hop:list", "spread:number", "hop:number"),
        ("begin:number", "hop:number+hop:number", "widen:4"),
    ),
    "conditional": (
        ("begin:number", "attribute:number", "attribute:number"),
        ("begin:entity", "hop:number", "attribute:number"),
        ("begin:number", "attribute:number", "widen:3"),
        ("begin:entity", "hop:number", "attribute:number+widen:3"),
    ),
    "arithmetic": (
        ("begin:entity", "hop:number", "attribute:number"),
        ("begin:number", "attribute:number", "hop:number"),
        ("begin:number", "hop:number", "attribute:number"),
        ("begin:entity", "hop:entity", "hop:number+attribute:number"),
    ),
    "join": (
        ("begin:any", "hop:any", "join:any"),
        ("begin:entity", "hop:entity", "join:any"),
        ("begin:any", "join:any", "hop:any"),
        ("begin:any", "widen:2", "join:any"),
        ("begin:entity", "join:any", "hop:any"),
    ),
    "ranking": (
        ("begin:entity+hop:entity", "hop:number", "widen:3"),
        ("begin:number", "hop:number+hop:number", "widen:3"),
        ("begin:entity+hop:list", "spread:number", "hop:number"),
        ("begin:entity", "hop:entity", "hop:list"),
        ("begin:entity", "hop:entity", "hop:number+widen:3"),
    ),
    "table": (
        ("begin:any", "hop:any", "widen:2"),
        ("begin:any", "attribute:any", "attribute:any"),
        ("begin:list", "spread:any", "hop:any"),
        ("begin:entity", "hop:entity", "hop:any+widen:2"),
    ),
    "constraints": (
        ("begin:entity", "hop:entity", "hop:number+widen:4"),
        ("begin:entity+hop:entity", "hop:number", "widen:4"),
        ("begin:entity", "hop:number", "widen:5"),
        ("begin:entity", "hop:entity", "hop:list"),
        ("begin:entity", "hop:list", "hop:list"),
        ("begin:entity", "hop:number+widen:3", "win:list"),
    ),
}

DEEPER: tuple[str, ...] = (
    "hop:any", "hop:number", "hop:entity", "spread:number", "win:any", "join:any", "widen:2+win:any", "widen:3+win:number",
    "attribute:number",
)  # fmt: skip
WIDER: tuple[str, ...] = ("widen:2", "attribute:any", "widen:1", "widen:3")
