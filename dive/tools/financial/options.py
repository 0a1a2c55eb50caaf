"""Options by the Black-Scholes-Merton model, with QuantLib's Black formulas.

Rates, dividend yields and volatilities are percent a year, rates continuously compounded; time is counted in days of
a 365-day year. `BlackCalculator` and the implied-volatility solver use no global state; the American put sets its
own fixed evaluation date. It is not priced on QuantLib's trees: on some days to expiry they are off by a cent or two.
"""

import math
from typing import Annotated, Any, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.financial.terms import QUANTLIB
from dive.tools.tool import Among, Says, Semantic, tool

SOURCE = (
    "Black & Scholes, J. Polit. Econ. 81 (1973) 637; Merton, Bell J. Econ. 4 (1973) 141; Garman & Kohlhagen, J. Int. Money "
    "Finance 2 (1983) 231; in QuantLib"
)
REQUIRES = ("QuantLib",)

Right = Annotated[Literal["call", "put"], Field(description="Right to buy or to sell")]
Spot = Annotated[
    float,
    Semantic("fin.price"),
    Says("price of the stock"),
    Among((48, 75.5, 92, 100, 118.4, 240)),
    Field(description="Price of the stock today", gt=0, le=1e7),
]
Strike = Annotated[float, Among((50, 80, 95, 100, 105, 120, 250)), Field(description="Strike price", gt=0, le=1e7)]
Volatility = Annotated[
    float,
    Semantic("fin.volatility"),
    Says("volatility", unit="%"),
    Among((12, 18, 20, 25, 32, 45)),
    Field(description="Volatility a year, percent", ge=0.5, le=400),
]
Short = Annotated[
    float,
    Semantic("fin.short_rate"),
    Says("risk-free rate", unit="%"),
    Among((1, 2.5, 3, 4.25, 5)),
    Field(description="Risk-free rate a year, continuously compounded, percent", ge=-20, le=100),
]
Expiry = Annotated[
    int,
    Says("time to expiry", unit="days"),
    Among((30, 60, 91, 182, 365, 730)),
    Field(description="Days until expiry", ge=1, le=3650),
]
OPTION = (
    "a European {right} with strike {strike} and {days} to expiry on a stock without dividends priced at {spot}, "
    "at a volatility of {volatility} and a continuously compounded risk-free rate of {rate}"
)


class Value(TypedDict):
    value: Annotated[float, Says("Black-Scholes price", digits=4)]
    delta: Annotated[float, Says("Black-Scholes delta", digits=4)]
    gamma: Annotated[float, Says("Black-Scholes gamma", digits=4)]
    vega: Annotated[float, Says("Black-Scholes vega per percentage point of volatility", digits=4)]


class Implied(TypedDict):
    volatility: Annotated[
        float,
        Semantic("fin.volatility"),
        Says(
            "Black-Scholes implied volatility of a European {right} that costs {price}, with strike {strike} "
            "and {days} to expiry on a stock "
            "without dividends priced at {spot}, at a continuously compounded risk-free rate of {rate}",
            unit="%",
            digits=2,
        ),
    ]


class American(TypedDict):
    value: Annotated[
        float,
        Says(
            "Black-Scholes value of an American put with strike {strike} and {days} "
            "to expiry on a stock without "
            "dividends priced at {spot}, at a volatility of {volatility} and a continuously compounded "
            "risk-free rate of {rate}",
            digits=3,
        ),
    ]


class CurrencyOption(TypedDict):
    value: Annotated[
        float,
        Says(
            "Garman-Kohlhagen price per unit of foreign currency of a European {right} struck {moneyness} of "
            "the spot exchange rate of {spot}, with {days} "
            "to expiry, at a volatility of {volatility}, a domestic rate of {domestic} and a foreign rate of "
            "{foreign}, both continuously compounded",
            digits=5,
        ),
    ]


def _black(right: str, strike: float, spot: float, years: float, volatility: float, rate: float, carry: float) -> Any:
    """QuantLib's Black calculator; `carry` is the dividend yield or foreign rate, all as fractions."""
    import QuantLib as ql

    payoff = ql.PlainVanillaPayoff(ql.Option.Call if right == "call" else ql.Option.Put, strike)
    forward = spot * math.exp((rate - carry) * years)
    return ql.BlackCalculator(payoff, forward, volatility * math.sqrt(years), math.exp(-rate * years))


@tool(
    domain="financial",
    kind="processing",
    provider="QuantLib",
    source=SOURCE,
    requires=REQUIRES,
    about=OPTION,
    examples=({"right": "call", "spot": 42, "strike": 40, "days": 182, "volatility": 20, "rate": 10},),
)
def option_price(right: Right, spot: Spot, strike: Strike, days: Expiry, volatility: Volatility, rate: Short) -> Value:
    """Price, delta, gamma and vega of a European option on a stock without dividends."""
    years = days / 365
    black = _black(right, strike, spot, years, volatility / 100, rate / 100, 0.0)
    return {
        "value": black.value(),
        "delta": black.delta(spot),
        "gamma": black.gamma(spot),
        "vega": black.vega(years) / 100,
    }


@tool(
    domain="financial",
    kind="processing",
    provider="QuantLib",
    source=SOURCE,
    requires=REQUIRES,
    examples=({"right": "call", "price": 5.2, "spot": 100, "strike": 105, "days": 182, "rate": 3},),
)
def implied_volatility(
    right: Right,
    price: Annotated[float, Among((2.4, 3.75, 5.2, 7.9, 11.5)), Field(description="Market price of the option", gt=0, le=1e6)],
    spot: Spot,
    strike: Strike,
    days: Expiry,
    rate: Short,
) -> Implied:
    """The volatility at which the Black-Scholes price of a European option equals its market price."""
    import QuantLib as ql

    years, discount = days / 365, math.exp(-rate / 100 * days / 365)
    forward = spot / discount
    lower = discount * max(0.0, forward - strike if right == "call" else strike - forward)
    upper = discount * (forward if right == "call" else strike)
    if not lower + 1e-9 < price < upper - 1e-9:
        raise bad_arguments(f"an option price of {price} is outside the no-arbitrage bounds {lower:.4f} to {upper:.4f}")
    kind = ql.Option.Call if right == "call" else ql.Option.Put
    try:
        deviation = ql.blackFormulaImpliedStdDev(kind, strike, forward, price, discount, 0.0, 0.2 * math.sqrt(years), 1e-10, 500)
    except RuntimeError:
        raise bad_arguments("the solver found no volatility for this price") from None
    return {"volatility": float(deviation) / math.sqrt(years) * 100}


@tool(
    domain="financial",
    kind="processing",
    provider="QuantLib",
    source="Andersen, Lake & Offengenden, J. Comput. Finance 20 (2016) 39, in QuantLib",
    requires=REQUIRES,
    examples=({"spot": 36, "strike": 40, "days": 365, "volatility": 20, "rate": 6},),
    revision=2,
)
def american_put(spot: Spot, strike: Strike, days: Expiry, volatility: Volatility, rate: Short) -> American:
    """The Black-Scholes value of an American put on a stock without dividends, by its exercise boundary."""
    import QuantLib as ql

    with QUANTLIB:
        today, count = ql.Date(15, 1, 2020), ql.Actual365Fixed()
        ql.Settings.instance().evaluationDate = today
        curves = [ql.YieldTermStructureHandle(ql.FlatForward(today, level, count)) for level in (0.0, rate / 100)]
        spread = ql.BlackVolTermStructureHandle(ql.BlackConstantVol(today, ql.NullCalendar(), volatility / 100, count))
        process = ql.BlackScholesMertonProcess(ql.QuoteHandle(ql.SimpleQuote(spot)), *curves, spread)
        option = ql.VanillaOption(ql.PlainVanillaPayoff(ql.Option.Put, strike), ql.AmericanExercise(today, today + days))
        option.setPricingEngine(ql.QdFpAmericanEngine(process, ql.QdFpAmericanEngine.highPrecisionScheme()))
        try:
            return {"value": float(option.NPV())}
        except RuntimeError as error:
            raise bad_arguments(f"no value can be computed for this option: {error}") from None


@tool(
    domain="financial",
    kind="processing",
    provider="QuantLib",
    source=SOURCE,
    requires=REQUIRES,
    examples=(
        {
            "right": "call",
            "spot": 1.6,
            "moneyness": "at 100%",
            "days": 120,
            "volatility": 14.1,
            "domestic": 8,
            "foreign": 11,
        },
    ),
)
def currency_option(
    right: Right,
    spot: Annotated[
        float,
        Semantic("fin.rate"),
        Among((0.86, 1.09, 1.25, 7.2, 148.5)),
        Field(description="Spot exchange rate", gt=0, le=1e6),
    ],
    moneyness: Annotated[
        Literal["at 95%", "at 98%", "at 100%", "at 102%", "at 105%"], Field(description="Strike as a share of spot")
    ],
    days: Expiry,
    volatility: Volatility,
    domestic: Short,
    foreign: Short,
) -> CurrencyOption:
    """The price of a European option on a currency, struck at a percentage of the spot exchange rate."""
    strike = spot * int(moneyness.removeprefix("at ").removesuffix("%")) / 100
    black = _black(right, strike, spot, days / 365, volatility / 100, domestic / 100, foreign / 100)
    return {"value": float(black.value())}
