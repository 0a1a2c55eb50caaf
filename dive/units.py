"""Units of measure: reading them from text and converting between them, exactly.

A fixed table, not a library: it is bounded on any input, needs no import at start, and a unit that it does not know is
`None` rather than a guess. Factors are fractions, so a conversion is rounded once. Four readings are decisions:
a dalton is one gram per mole (people use both for a molar mass); a base pair and a nucleotide are both one letter of a
sequence; days and years do not convert (a year has no fixed number of days); every currency is a dimension of its own.
Temperatures are points on a scale, never differences.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

MAX_UNIT_TEXT = 60
"""Longer texts are not units."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A scale: `(value + offset) * factor` is the amount in the base units of `dimension`."""

    factor: Fraction
    dimension: tuple[tuple[str, int], ...]
    offset: Fraction = Fraction(0)


_PREFIXES = {
    "T": "1e12", "G": "1e9", "M": "1e6", "k": "1e3", "d": "1e-1", "c": "1e-2", "m": "1e-3",
    "μ": "1e-6", "u": "1e-6", "n": "1e-9", "p": "1e-12", "f": "1e-15",
}  # fmt: skip
_PREFIX_NAMES = {
    "tera": "T", "giga": "G", "mega": "M", "kilo": "k", "deci": "d", "centi": "c",
    "milli": "m", "micro": "μ", "nano": "n", "pico": "p", "femto": "f",
}  # fmt: skip

_ENERGY = "kg m2 s-2"
_MOLAR = "kg mol-1"
_PRESSURE = "kg m-1 s-2"

_WITH_PREFIX = {
    "m": ("1", "m"), "g": ("1/1000", "kg"), "s": ("1", "s"), "K": ("1", "K"), "mol": ("1", "mol"), "A": ("1", "A"),
    "cd": ("1", "cd"), "L": ("1/1000", "m3"), "l": ("1/1000", "m3"), "Da": ("1/1000", _MOLAR), "u": ("1/1000", _MOLAR),
    "J": ("1", _ENERGY), "cal": ("4.184", _ENERGY), "eV": ("1.602176634e-19", _ENERGY), "Wh": ("3600", _ENERGY),
    "W": ("1", "kg m2 s-3"), "N": ("1", "kg m s-2"), "Pa": ("1", _PRESSURE), "bar": ("100000", _PRESSURE),
    "V": ("1", "kg m2 s-3 A-1"), "Ω": ("1", "kg m2 s-3 A-2"), "T": ("1", "kg s-2 A-1"), "Hz": ("1", "s-1"),
    "Bq": ("1", "s-1"), "Gy": ("1", "m2 s-2"), "M": ("1000", "mol m-3"), "bp": ("1", "bp"), "B": ("8", "bit"),
    "bit": ("1", "bit"), "pc": ("3.0856775814913673e16", "m"), "rad": ("1", "rad"), "IU": ("1", "IU"),
}  # fmt: skip
_PLAIN = {
    "Å": ("1e-10", "m"), "in": ("0.0254", "m"), "ft": ("0.3048", "m"), "yd": ("0.9144", "m"), "mi": ("1609.344", "m"),
    "nmi": ("1852", "m"), "au": ("149597870700", "m"), "ly": ("9460730472580800", "m"), "ha": ("10000", "m2"),
    "acre": ("4046.8564224", "m2"), "gal": ("0.003785411784", "m3"), "t": ("1000", "kg"), "kt": ("1e6", "kg"),
    "Mt": ("1e9", "kg"), "Gt": ("1e12", "kg"), "lb": ("0.45359237", "kg"), "oz": ("0.028349523125", "kg"),
    "amu": ("1/1000", _MOLAR), "min": ("60", "s"), "h": ("3600", "s"), "d": ("86400", "s"), "week": ("604800", "s"),
    "month": ("1/12", "year"), "yr": ("1", "year"), "atm": ("101325", _PRESSURE), "Torr": ("101325/760", _PRESSURE),
    "mmHg": ("133.322387415", _PRESSURE), "psi": ("6894.757293168", _PRESSURE), "BTU": ("1055.05585262", _ENERGY),
    "hp": ("745.6998715822702", "kg m2 s-3"), "kn": ("1852/3600", "m s-1"), "mph": ("0.44704", "m s-1"),
    "kph": ("1/3.6", "m s-1"), "rpm": ("1/60", "s-1"), "%": ("1/100", ""), "fraction": ("1", ""),
    "‰": ("1/1000", ""), "ppm": ("1e-6", ""), "ppb": ("1e-9", ""),
    "°": ("0.017453292519943295", "rad"), "kb": ("1000", "bp"), "Mb": ("1e6", "bp"), "Gb": ("1e9", "bp"),
    "nt": ("1", "bp"), "hPa": ("100", _PRESSURE), "aa": ("1", "aa"), "dB": ("1", "dB"),
}  # fmt: skip
_TEMPERATURES = {"°C": ("1", "273.15"), "°F": ("5/9", "459.67")}

_NAMES = {
    "metre": "m", "meter": "m", "micron": "μm", "gram": "g", "gramme": "g", "second": "s", "sec": "s", "kelvin": "K",
    "mole": "mol", "ampere": "A", "litre": "L", "liter": "L", "dalton": "Da", "joule": "J", "calorie": "cal",
    "electronvolt": "eV", "watt": "W", "newton": "N", "pascal": "Pa", "volt": "V", "ohm": "Ω", "tesla": "T",
    "hertz": "Hz", "becquerel": "Bq", "gray": "Gy", "molar": "M", "basepair": "bp", "base pair": "bp", "byte": "B",
    "parsec": "pc", "radian": "rad", "angstrom": "Å", "ångström": "Å", "inch": "in", "inche": "in", "foot": "ft",
    "feet": "ft", "yard": "yd", "mile": "mi", "nautical mile": "nmi", "astronomical unit": "au", "light year": "ly",
    "light-year": "ly", "lightyear": "ly", "hectare": "ha", "gallon": "gal", "tonne": "t", "metric ton": "t",
    "pound": "lb", "lbs": "lb", "ounce": "oz", "minute": "min", "hour": "h", "hr": "h", "day": "d", "week": "week",
    "year": "yr", "atmosphere": "atm", "torr": "Torr", "mm hg": "mmHg", "horsepower": "hp", "knot": "kn",
    "percent": "%", "per cent": "%", "pct": "%", "percentage point": "%", "per mille": "‰",
    "part per million": "ppm", "parts per million": "ppm", "part per billion": "ppb", "parts per billion": "ppb",
    "degree": "°", "deg": "°",
    "celsius": "°C", "c": "°C", "degc": "°C", "deg c": "°C", "degree c": "°C", "° c": "°C", "degree celsius": "°C",
    "deg celsius": "°C", "fahrenheit": "°F", "f": "°F", "degf": "°F", "deg f": "°F", "degree f": "°F", "° f": "°F",
    "degree fahrenheit": "°F", "nucleotide": "nt", "base": "nt", "residue": "aa", "amino acid": "aa",
    "amino acid residue": "aa", "kbp": "kb", "mbp": "Mb", "decibel": "dB",
}  # fmt: skip

CURRENCIES = frozenset([
    "AED", "ARS", "AUD", "BGN", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "DZD", "EGP", "EUR", "GBP",
    "HKD", "HRK", "HUF", "IDR", "ILS", "INR", "IRR", "ISK", "JPY", "KES", "KRW", "KWD", "KZT", "LKR", "MAD", "MXN",
    "MYR", "NGN", "NOK", "NZD", "OMR", "PEN", "PHP", "PKR", "PLN", "QAR", "RON", "RSD", "RUB", "SAR", "SEK", "SGD",
    "THB", "TND", "TRY", "TWD", "UAH", "USD", "VND", "ZAR",
])  # fmt: skip
CURRENCY_SIGNS = {
    "$": "USD AUD CAD NZD SGD HKD TWD MXN ARS CLP COP", "€": "EUR", "£": "GBP EGP", "¥": "JPY CNY", "₹": "INR",
    "₩": "KRW", "₽": "RUB", "₺": "TRY", "₴": "UAH", "₪": "ILS", "฿": "THB", "₫": "VND", "₦": "NGN",
}  # fmt: skip
"""Sign to the currencies that it may stand for, the commonest first."""
_CURRENCY_NAMES = {
    "dollar": "USD", "us dollar": "USD", "u.s. dollar": "USD", "euro": "EUR", "yen": "JPY", "rupee": "INR",
    "usd": "USD", "eur": "EUR", "gbp": "GBP", "jpy": "JPY", "chf": "CHF", "cny": "CNY",
}  # fmt: skip

_SCALED = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000, "trillion": 10**12}

_SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻", "0123456789+-")
_DASHES = str.maketrans(dict.fromkeys("−‒–—﹣－", "-"))


def plain(text: str) -> str:
    """Text with compatibility characters resolved (NFKC), superscripts written `^2`, and one kind of minus sign."""
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]+", lambda run: "^" + run[0].translate(_SUPERSCRIPTS), text)
    return unicodedata.normalize("NFKC", text).translate(_DASHES)


@lru_cache(maxsize=1024)
def read_unit(text: str) -> Unit | None:
    """The unit that a text names (`kDa`, `mg/dL`, `grams per mole`, `m s^-2`, `USD`), or None."""
    if len(text) > MAX_UNIT_TEXT:
        return None
    text = re.sub(r"\bdegrees\b", "degree", re.sub(r"\s+", " ", plain(text)).strip(" ."))
    whole = _single(text)
    if whole is not None:
        return whole
    scale, _, rest = text.partition(" ")
    if scale in _SCALED and rest:
        unit = read_unit(rest)
        return None if unit is None or unit.offset else Unit(unit.factor * _SCALED[scale], unit.dimension)
    text = re.sub(r"\b(square|cubic) ([^\W\d]+)", lambda m: f"{m[2]}^{2 if m[1] == 'square' else 3}", text)
    text = re.sub(r"\bper\b", "/", text).replace("**", "^")
    return _compound(re.sub("[·⋅*×]", " ", text))


def converted(value: Fraction, source: Unit, target: Unit) -> Fraction | None:
    """The value in the target unit, or None where the two do not measure the same thing."""
    if source.dimension != target.dimension:
        return None
    return (value + source.offset) * source.factor / target.factor - target.offset


def _compound(text: str) -> Unit | None:
    """A product of powers; a slash divides by the next term or by a group in brackets."""
    factor, powers = Fraction(1), dict[str, int]()
    terms = list(_terms(text))
    if not terms:
        return None
    for name, power in terms:
        unit = _single(name)
        if unit is None or unit.offset:
            return None
        factor *= unit.factor**power
        for base, exponent in unit.dimension:
            powers[base] = powers.get(base, 0) + exponent * power
    return Unit(factor, tuple(sorted((base, power) for base, power in powers.items() if power)))


def _terms(text: str) -> Iterator[tuple[str, int]]:
    """Yield (name, power); what cannot be read is yielded as a name that no unit has."""
    sign, group = 1, 0
    for token in re.findall(r"[()/]|[^\s()/^\d-]+(?:\^?-?\d(?!\d))?|\S", text):
        if token == "/":
            sign = -1
        elif token == "(":
            group = sign
        elif token == ")":
            sign, group = 1, 0
        else:
            name, power = re.fullmatch(r"(.+?)\^?(-?\d)?", token, re.DOTALL).groups()  # type: ignore[union-attr]
            yield name, (group or sign) * int(power or 1)
            sign = group or 1


def _single(text: str) -> Unit | None:
    """A unit without operators: its symbol, its name in singular or plural, or a symbol in another case."""
    table, folded = _tables()
    if text in table:
        return table[text]
    word = text.casefold()
    for name in (word, word.removesuffix("s"), word.removesuffix("es")):
        found = folded.get(name)
        if found is not None:
            return found
    return None


@lru_cache(maxsize=1)
def _tables() -> tuple[dict[str, Unit], dict[str, Unit | None]]:
    """Symbols as written; and names and symbols in lower case, None where two units share one."""
    symbols = {name: _entry(*row) for name, row in _WITH_PREFIX.items()}
    for prefix, scale in _PREFIXES.items():
        for name in _WITH_PREFIX:
            unit = symbols[name]
            symbols.setdefault(prefix + name, Unit(unit.factor * Fraction(scale), unit.dimension))
    symbols |= {name: _entry(*row) for name, row in _PLAIN.items()}
    kelvin = symbols["K"].dimension
    symbols |= {name: Unit(Fraction(a), kelvin, Fraction(b)) for name, (a, b) in _TEMPERATURES.items()}
    folded: dict[str, Unit | None] = {}
    for name, unit in symbols.items():
        key = name.casefold()
        if len(name) > 1:  # "a" is an article, no ampere
            folded[key] = unit if folded.get(key, unit) == unit else None
    symbols |= {code: Unit(Fraction(1), ((code, 1),)) for code in CURRENCIES}
    folded |= {name: symbols[symbol] for name, symbol in (_NAMES | _CURRENCY_NAMES).items()}
    for prefix_name, prefix in _PREFIX_NAMES.items():
        folded |= {prefix_name + name: symbols[prefix + s] for name, s in _NAMES.items() if s in _WITH_PREFIX}
    symbols |= {sign: symbols[codes.split()[0]] for sign, codes in CURRENCY_SIGNS.items()}
    return symbols, folded


def _entry(factor: str, dimension: str) -> Unit:
    powers = (re.fullmatch(r"([^\d-]+)(-?\d)?", term) for term in dimension.split())
    numerator, _, denominator = factor.partition("/")
    value = Fraction(numerator) / Fraction(denominator or "1")
    return Unit(value, tuple(sorted((power[1], int(power[2] or 1)) for power in powers if power)))
