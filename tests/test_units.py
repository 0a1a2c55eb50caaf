"""Units: the table against the definitions in pint, the readings that are decisions, and text that is no unit."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dive.units import converted, read_unit


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("mile", "km"), ("inch", "cm"), ("ft", "yd"), ("nautical mile", "m"), ("Å", "nm"), ("ly", "au"), ("pc", "ly"),
        ("lb", "kg"), ("oz", "g"), ("tonne", "lb"), ("week", "hours"), ("day", "s"), ("atm", "kPa"), ("mmHg", "Torr"),
        ("psi", "bar"), ("kcal", "kJ"), ("eV", "J"), ("kWh", "MJ"), ("km/h", "m/s"), ("mph", "knots"),
        ("mg/dL", "g/L"), ("kcal/mol", "kJ/mol"), ("J/(mol K)", "cal/mol/K"), ("gallon", "L"),
        ("mmol/L", "mM"), ("W m^-2", "mW/cm^2"), ("rpm", "Hz"), ("degree", "rad"), ("ppm", "%"), ("µg", "ng"),
    ],
)  # fmt: skip
def test_factors_agree_with_pint(source: str, target: str) -> None:
    """Acre and BTU are left out: pint takes the survey acre and a rounded BTU, the table the international ones."""
    pint = pytest.importorskip("pint")
    registry = pint.UnitRegistry()
    other = {"rpm": "1/minute", "Å": "angstrom", "nautical mile": "nautical_mile", "Torr": "torr"}
    expected = registry.Quantity(7, other.get(source, source)).to(other.get(target, target)).magnitude
    units = read_unit(source), read_unit(target)
    assert units[0] is not None
    assert units[1] is not None
    assert float(converted(Fraction(7), units[0], units[1]) or 0) == pytest.approx(expected, rel=1e-8)


def test_names_are_read_as_people_write_them() -> None:
    for names in (
        ["kDa", "kda", "kilodaltons", "kilodalton", "kg/mol", "kg mol^-1", "kg·mol⁻¹"],
        ["m/s²", "m/s^2", "m s-2", "metres per second per second", "m/s/s"],
        ["°C", "℃", "degrees Celsius", "deg C", "celsius", "C"],
        ["%", "percent", "per cent", "percentage points"],
        ["km²", "km^2", "square kilometres", "square kilometers"],
        ["μg", "µg", "ug", "micrograms"],
        ["USD", "usd", "$", "US dollars", "dollars"],
        ["bp", "base pairs", "nucleotides", "nt"],
    ):
        assert len({read_unit(name) for name in names}) == 1, names
        assert read_unit(names[0]) is not None


def test_what_does_not_convert() -> None:
    for source, target in (("kg", "m"), ("years", "days"), ("USD", "EUR"), ("Da", "kg"), ("aa", "bp"), ("%", "m")):
        units = [read_unit(source), read_unit(target)]
        assert units[0] is not None
        assert units[1] is not None
        assert converted(Fraction(1), units[0], units[1]) is None


def test_words_are_no_units() -> None:
    for text in ("", " ", "a", "to", "is", "as", "at", "of", "per", "/", "^2", "12", "atoms", "m^99", "x" * 99):
        assert read_unit(text) is None, text


@given(st.text(max_size=80) | st.text("mgkL/ ^-2()·", max_size=12))
@settings(deadline=None)
def test_any_text_is_a_unit_or_none(text: str) -> None:
    unit = read_unit(text)
    if unit is not None:
        assert unit.factor > 0
        assert converted(converted(Fraction(5), unit, unit) or Fraction(0), unit, unit) == 5
