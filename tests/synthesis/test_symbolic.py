"""What is asked of columns of numbers, what is passed on, and how references are worded."""

import random
from typing import Annotated, Any

import pytest
from typing_extensions import TypedDict

from dive.synthesis.symbolic.ask import asks
from dive.synthesis.symbolic.compose import compose
from dive.synthesis.symbolic.plan import Branch, Called, Focus, Found, Known, Node, Picked, Winner
from dive.synthesis.symbolic.policy import guessable
from dive.synthesis.symbolic.quantities import digits_of
from dive.synthesis.symbolic.world import World, belongs, is_conversion, is_ranked, scalars
from dive.tools.host import Outcome
from dive.tools.tool import Says, Semantic, Tool, tool

LENGTH = Says("length", unit="km")


def number_tool(says: Says, semantic: str = "", kind: type = float) -> Tool:
    """A tool that gives a number of a compound."""
    marks: Any = Annotated[kind, Semantic(semantic), says] if semantic else Annotated[kind, says]

    def measured(name: Annotated[str, Semantic("chem.name")]):  # type: ignore[no-untyped-def]
        """A number of a compound."""

    measured.__annotations__["return"] = marks
    return tool(domain="general", kind="retrieval", provider="own", about="{name}")(measured)


def column(made: Tool, values: list[float]) -> Focus:
    """One branch a value, over compounds A, B, C and on."""
    branches = []
    for n, value in enumerate(values):
        root = Known("ABCDEFG"[n], "chem.name")
        call = Called(f"e{n + 1}", made, {"name": root}, {"value": value})
        branches.append(Branch(root, (Found(call, ("value",), made.results[0], value),)))
    return Focus(tuple(branches))


def forms(focus: Focus) -> set[str]:
    """Everything that may be asked, whatever the dice say."""
    return {ask.form for seed in range(20) for ask in asks(focus, random.Random(seed))}


@pytest.mark.parametrize(
    ("says", "semantic", "kind", "allowed"),
    [
        (LENGTH, "", float, {"difference", "ratio", "mean", "range", "rank", "best"}),
        (Says("number of rings"), "", int, {"difference", "ratio", "mean", "range", "rank", "best", "sum"}),
        (Says("flash point", unit="°C"), "", float, {"difference", "mean", "range", "rank", "best"}),
        (Says("logP"), "", float, {"difference", "mean", "range", "rank", "best"}),
        (Says("oxidation state"), "", int, {"rank", "best"}),
        (Says("year"), "time.year", int, {"rank", "best"}),
        (Says("latitude", unit="°"), "", float, {"rank", "best"}),
        (Says("longitude", unit="°"), "geo.longitude", float, set()),
        (Says("mean of a variable", scale="nominal"), "", float, set()),
        (Says("Elo rating", unit="km", scale="ordinal"), "", float, {"rank", "best"}),
    ],
)
def test_scale_decides_what_is_asked_of_several_numbers(says, semantic, kind, allowed):
    made = number_tool(says, semantic, kind)
    asked = forms(column(made, [3, 5])) | forms(column(made, [3, 5, 8, 20]))
    possible = {"difference", "ratio", "mean", "range", "rank", "best", "sum", "names_above"}
    assert asked & possible - {"names_above"} == allowed
    assert ("names_above" in asked) == bool(allowed)


def test_items_of_a_list_are_not_averaged_or_ordered_beyond_their_scale():
    class Row(TypedDict):
        who: Annotated[str, Semantic("chem.name"), Says("name", names=True)]
        state: Annotated[float, Says("state", scale="ordinal")]
        code: Annotated[float, Says("code point", scale="nominal")]
        mass: Annotated[float, Says("mass", unit="kg")]

    @tool(domain="general", kind="retrieval", provider="own", about="{name}")
    def rows(name: Annotated[str, Semantic("chem.name")]) -> Annotated[list[Row], Says("row")]:
        """Rows of a compound."""
        return []

    items = [{"who": w, "state": float(n), "code": n + 0.5, "mass": 2.0 * n} for n, w in enumerate("pqrstu", 1)]
    root = Known("A", "chem.name")
    found = Found(Called("e1", rows, {"name": root}, {"value": items}), ("value",), rows.results[0], items)
    made = [a for seed in range(10) for a in asks(Focus((Branch(root, (found,)),)), random.Random(seed))]
    over = {(a.form, a.field.name) for a in made if a.field is not None and a.form in ("best_item", "mean_of")}
    assert over == {("best_item", "state"), ("best_item", "mass"), ("mean_of", "mass")}
    assert {c.field.name for a in made for c in a.conditions} == {"state", "mass"}


def test_two_values_are_set_against_each_other_only_if_one_tool_gave_them():
    share, other = (number_tool(Says(noun, unit="%")) for noun in ("ionic character", "GC content"))
    root = Known("A", "chem.name")
    nodes = [
        Found(Called(f"e{n}", made, {"name": root}, {"value": value}), ("value",), made.results[0], value)
        for n, made, value in ((1, share, 3.0), (2, other, 5.0))
    ]
    asked = forms(Focus((Branch(root, tuple(nodes)),)))
    assert "record" in asked and not asked & {"difference", "ratio"}


def converted(value: float, of: Node) -> Found:
    @tool(domain="general", kind="processing", provider="own")
    def in_miles(distance: Annotated[float, Semantic("phys.km")]) -> Annotated[float, Says("length in miles", unit="miles")]:
        """Kilometres in miles."""
        return distance / 1.609344

    return Found(Called("e9", in_miles, {"distance": of}, {"value": value}), ("value",), in_miles.results[0], value)


def test_a_conversion_is_not_ordered_by():
    long = number_tool(LENGTH, "phys.km")
    root = Known("A", "chem.name")
    source = Found(Called("e1", long, {"name": root}, {"value": 16.0}), ("value",), long.results[0], 16.0)
    assert is_conversion(converted(9.94, source)) and not is_conversion(source)
    assert not is_conversion(converted(9.94, Known(16.0, "phys.km")))
    plain = column(long, [3, 5, 8, 20])
    branches = tuple(Branch(b.root, (converted(b.nodes[0].value / 1.609344, b.nodes[0]),)) for b in plain.branches)
    assert not forms(Focus(branches)) & {"rank", "best"}
    assert "mean" in forms(Focus(branches))


def test_a_day_that_leads_nowhere_is_not_passed_on():
    @tool(domain="general", kind="retrieval", provider="own")
    def fate(date: Annotated[str, Semantic("time.date")]) -> Annotated[str, Says("name of {date}")]:
        """What happened on a day."""
        return date

    for passed_on in (True, False):
        day = number_tool(Says("day", passed_on=passed_on), "time.date", str)
        call = Called("e1", day, {"name": Known("A", "chem.name")}, {"value": "2021-03-04"})
        assert belongs(Found(call, ("value",), day.results[0], "2021-03-04"), fate) == passed_on


def test_longitudes_are_not_ranked():
    for semantic, ranked in (("geo.longitude", False), ("geo.latitude", True)):
        made = number_tool(Says("place", unit="°"), semantic)
        assert is_ranked(column(made, [1.0]).branches[0].nodes[0]) == ranked


@pytest.mark.parametrize(
    ("value", "digits", "asked"),
    [(0.00012345, 4, 6), (0.0123, 4, 4), (1.5, 2, 2), (0.05, 2, 4), (0.0, 2, 2), (0.4, 0, 0), (-0.00012345, 4, 6)],
)
def test_small_numbers_keep_three_figures(value, digits, asked):
    made = number_tool(Says("rate", digits=digits))
    assert digits_of(column(made, [value]).branches[0].nodes[0]) == asked


# --- wording ---------------------------------------------------------------------------------------------------------


class Spot(TypedDict):
    code: Annotated[str, Semantic("geo.iata"), Says("airport", names=True)]
    height: Annotated[float, Says("elevation", unit="m")]


@tool(domain="general", kind="retrieval", provider="own")
def country_spots(
    country: Annotated[str, Semantic("geo.country")],
) -> Annotated[list[Spot], Says("airport in {country}", plural="airports in {country}")]:
    """Airports of a country."""
    return []


@tool(domain="general", kind="retrieval", provider="own")
def latitude_of(iata: Annotated[str, Semantic("geo.iata")]) -> Annotated[float, Says("latitude of {iata} airport", unit="°")]:
    """How far north an airport lies."""
    return 0.0


def wordings(focus: Focus, form: str) -> list[str]:
    """The query in many tellings."""
    told = []
    for seed in range(30):
        rng = random.Random(seed)
        ask = next(ask for ask in asks(focus, rng) if ask.form == form)
        told.append(compose(ask, "question", "general", rng))
    return told


def test_the_kind_of_a_thing_is_said_once():
    root = Known("NO", "geo.country")
    items = [{"code": c, "height": h} for c, h in (("OSL", 200.0), ("BGO", 50.0), ("TOS", 9.0))]
    listed = Found(Called("e1", country_spots, {"country": root}, {"value": items}), ("value",), country_spots.results[0], items)
    fields = {f.name: f for f in listed.field.fields}
    top = Picked(listed, fields["height"], "high", fields["code"], "OSL")
    north = Found(Called("e2", latitude_of, {"iata": top}, {"value": 60.19}), ("value",), latitude_of.results[0], 60.19)
    for query in wordings(Focus((Branch(root, (north,)),)), "value"):
        assert "airport airport" not in query and query.count("airport") <= 3, query
        assert "highest elevation airport" not in query


def test_a_unit_is_stated_once():
    @tool(domain="general", kind="processing", provider="own")
    def in_dollars(
        name: Annotated[str, Semantic("chem.name")],
    ) -> Annotated[float, Says("value in US dollars of {name}", unit="US dollars", digits=2)]:
        """What a compound costs."""
        return 1.0

    root = Known("gold", "chem.name")
    found = Found(Called("e1", in_dollars, {"name": root}, {"value": 2.5}), ("value",), in_dollars.results[0], 2.5)
    assert {query.count("US dollars") for query in wordings(Focus((Branch(root, (found,)),)), "value")} == {1}


class Member(TypedDict):
    total: Annotated[int, Says("number of registries in {collection}")]


def test_items_of_a_list_about_a_winner_are_told_by_their_own_kind():
    @tool(domain="academic", kind="retrieval", provider="own", about="{prefix}")
    def fame(prefix: Annotated[str, Semantic("aca.prefix")]) -> Annotated[int, Says("number of keywords")]:
        """How many keywords a registry has."""
        return 0

    @tool(domain="academic", kind="retrieval", provider="own")
    def memberships(
        prefix: Annotated[str, Semantic("aca.prefix")],
    ) -> Annotated[list[Annotated[str, Semantic("aca.collection")]], Says("collection that includes {prefix}")]:
        """Collections of a registry."""
        return []

    @tool(domain="academic", kind="retrieval", provider="own")
    def collected(collection: Annotated[str, Semantic("aca.collection")]) -> Member:
        """How many registries a collection has."""
        return {"total": 0}

    roots = tuple(Known(name, "aca.prefix") for name in ("pdb", "hpo"))
    values = tuple(
        Found(Called(f"e{n}", fame, {"prefix": root}, {"value": n}), ("value",), fame.results[0], n)
        for n, root in enumerate(roots, 1)
    )
    best = Winner(roots, values, "high", roots, "hpo")
    names = ["X", "Y", "Z"]
    call = Called("e3", memberships, {"prefix": best}, {"value": names})
    whole = Found(call, ("value",), memberships.results[0], names)
    item = memberships.results[0].item
    assert item is not None
    branches = []
    for n, name in enumerate(names):
        root = Found(call, ("value", n), item, name)
        total = Found(
            Called(f"e{n + 4}", collected, {"collection": root}, {"total": 3 + n}), ("total",), collected.results[0], 3 + n
        )
        branches.append(Branch(root, (total,)))
    for query in wordings(Focus(tuple(branches), spread=whole), "table"):
        assert "registries in that collection" in query, query
        assert "registries in that identifier registry" not in query


# --- coordinates, chains of quantities --------------------------------------------------------------------------------
class Position(TypedDict):
    latitude: Annotated[float, Semantic("geo.latitude"), Says("latitude", unit="°")]
    longitude: Annotated[float, Semantic("geo.longitude"), Says("longitude", unit="°")]


@tool(domain="general", kind="retrieval", provider="own", about="{iata} airport")
def airport_position(iata: Annotated[str, Semantic("geo.iata")]) -> Position:
    """Where an airport lies."""
    return {"latitude": 54.6, "longitude": 25.3}


@tool(domain="general", kind="retrieval", provider="own", about="latitude {latitude} and longitude {longitude}")
def terrain_height(
    latitude: Annotated[float, Semantic("geo.latitude")], longitude: Annotated[float, Semantic("geo.longitude")]
) -> Annotated[float, Says("terrain height at latitude {latitude} and longitude {longitude}", unit="m", digits=0)]:
    """The height of the ground."""
    return 10 * latitude + longitude


def test_a_coordinate_brings_the_other_one_along_and_both_are_told_as_those_of_their_place():
    world = World([airport_position, terrain_height], lambda n, a: Outcome(result=BY_NAME[n].call(dict(a))), random.Random(0))
    root = Known("VNO", "geo.iata")
    place = world.call(airport_position, {"iata": root})
    assert place is not None
    latitude = scalars(place)[0]
    bound = world.bind(terrain_height, {"latitude": latitude}, latitude)
    assert bound is not None and bound["longitude"].expression == "e1.longitude"  # type: ignore[union-attr]
    made = world.call(terrain_height, bound)
    assert made is not None
    focus = Focus((Branch(root, (scalars(made)[0],)),))
    for seed in range(10):
        query = compose(asks(focus, random.Random(seed))[0], "question", "general", random.Random(seed))
        assert query.startswith("What is the terrain height at the coordinates of VNO airport"), query


BY_NAME = {t.name: t for t in (airport_position, terrain_height)}


def test_quantities_go_on_twice_in_a_case_and_once_from_a_thing():
    mass = number_tool(Says("mass", unit="g"), "chem.molar_mass")

    @tool(domain="general", kind="processing", provider="own", about="a mass of {mass}")
    def doubled(
        mass: Annotated[float, Semantic("chem.molar_mass")],
    ) -> Annotated[float, Semantic("chem.milligrams"), Says("dose")]:
        """Twice a mass."""
        return 2 * mass

    @tool(domain="general", kind="processing", provider="own", about="a dose of {dose}")
    def halved(dose: Annotated[float, Semantic("chem.milligrams")]) -> Annotated[float, Says("half")]:
        """Half a dose."""
        return dose / 2

    def dose_of(start: Node) -> Found:
        return Found(Called("e2", doubled, {"mass": start}, {"value": 2.0}), ("value",), doubled.results[0], 2.0)

    of_thing = Found(Called("e1", mass, {"name": Known("A", "chem.name")}, {"value": 1.0}), ("value",), mass.results[0], 1.0)
    in_case = Found(
        Called("e1", doubled, {"mass": Known(1.0, "chem.molar_mass")}, {"value": 1.0}), ("value",), mass.results[0], 1.0
    )
    assert belongs(of_thing, doubled) and not belongs(dose_of(of_thing), halved)
    assert belongs(in_case, doubled) and belongs(dose_of(in_case), halved)


def test_a_share_of_nothing_or_everything_is_not_asked():
    made = number_tool(Says("share", unit="%", digits=1))
    ask = asks(column(made, [99.99]), random.Random(0))[0]
    answer = ask.answer()
    assert answer is not None and answer.value == 100.0 and guessable(ask, answer, "What is it?", False)
