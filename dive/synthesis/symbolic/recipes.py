"""Recipes: which moves lead to a structure of a given shape, over three rounds.

A move is written `name:want` or `name:count`. A recipe is a preference: where a move is not possible, any other that extends the
structure is made, and the final question takes whatever shape the structure has.
"""

RECIPES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "lookup": (("begin:any", "attribute:any", "attribute:any"), ("begin:number", "attribute:number", "attribute:any")),
    "chain": (
        ("begin:entity", "hop:entity", "hop:any"),
        ("begin:entity", "hop:entity", "hop:number"),
        ("begin:any", "hop:any", "hop:any"),
    ),
    "compare": (
        ("begin:entity", "hop:number", "widen:1"),
        ("begin:number", "hop:number", "widen:1"),
        ("begin:number", "widen:1", "hop:number"),
        ("begin:list", "spread:number", "hop:number"),
    ),
    "superlative": (
        ("begin:number", "widen:3", "win:any"),
        ("begin:entity", "hop:number", "widen:4"),
        ("begin:number", "widen:4", "win:number"),
        ("begin:entity", "hop:entity", "hop:list"),
        ("begin:list", "spread:number", "win:any"),
    ),
    "aggregate": (
        ("begin:number", "widen:2", "widen:2"),
        ("begin:entity", "hop:number", "widen:3"),
        ("begin:entity", "hop:entity", "hop:list"),
        ("begin:list", "spread:number", "hop:number"),
        ("begin:entity", "hop:list", "hop:any"),
    ),
    "filter": (
        ("begin:entity", "hop:entity", "hop:list"),
        ("begin:number", "widen:2", "widen:3"),
        ("begin:entity", "hop:number", "widen:4"),
        ("begin:list", "spread:number", "hop:number"),
    ),
    "conditional": (
        ("begin:number", "attribute:number", "attribute:number"),
        ("begin:number", "attribute:number", "widen:3"),
        ("begin:number", "widen:2", "attribute:number"),
        ("begin:number", "attribute:any", "attribute:any"),
    ),
    "arithmetic": (
        ("begin:entity", "hop:number", "attribute:number"),
        ("begin:number", "attribute:number", "hop:number"),
        ("begin:number", "hop:number", "attribute:number"),
    ),
    "join": (
        ("begin:any", "join:any", "hop:any"),
        ("begin:entity", "hop:entity", "join:any"),
        ("begin:any", "widen:1", "join:any"),
        ("begin:any", "widen:3", "join:any"),
        ("begin:entity", "join:any", "attribute:any"),
    ),
    "ranking": (
        ("begin:number", "widen:2", "widen:2"),
        ("begin:entity", "hop:number", "widen:3"),
        ("begin:number", "hop:number", "widen:3"),
        ("begin:list", "spread:number", "hop:number"),
    ),
    "table": (
        ("begin:any", "hop:any", "widen:3"),
        ("begin:any", "widen:2", "hop:any"),
        ("begin:any", "attribute:any", "attribute:any"),
        ("begin:list", "spread:any", "hop:any"),
    ),
    "constraints": (
        ("begin:number", "attribute:number", "widen:5"),
        ("begin:number", "widen:4", "attribute:number"),
        ("begin:entity", "hop:entity", "hop:list"),
    ),
}
ANY_MOVE = (
    "hop:any", "hop:number", "attribute:any", "attribute:number", "widen:2", "widen:1", "widen:3", "win:any", "join:any",
    "spread:any", "spread:number",
)  # fmt: skip
