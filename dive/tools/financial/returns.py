"""Rates and returns by published formulas: compounding, real returns, risk-adjusted ratios, interest parity.

Returns and rates are percent a year. No library is behind these tools.
"""

import math
from statistics import fmean, stdev
from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.financial.terms import Dollars, Percent, Years
from dive.tools.tool import Among, Says, Semantic, tool

Returns = Annotated[
    list[float],
    Says("yearly returns", unit="%"),
    Among(
        (
            [12.4, -3.1, 8.8, 15.2, -6.5, 9.9],
            [5.5, 7.1, 6.2, -1.4, 4.8],
            [22.0, -18.5, 31.2, 4.4, -9.7, 14.1, 10.3],
            [3.1, 2.8, 4.0, -0.5, 3.6],
            [-4.2, 11.7, 6.9, 19.3, -12.8, 8.1, 5.0, 13.6],
        )
    ),
    Field(description="Yearly returns in percent, in order", min_length=3, max_length=40),
]
Free = Annotated[float, Says("rate", unit="%"), Among((1, 1.5, 2, 3)), Field(description="Rate a year, percent", ge=-20, le=50)]
Return = Annotated[
    float,
    Semantic("fin.return"),
    Says("nominal return", unit="%"),
    Among((3.5, 5, 6.8, 9, 11.2)),
    Field(description="Return a year, percent", gt=-100, le=1000),
]
Inflation = Annotated[
    float,
    Semantic("fin.inflation"),
    Says("inflation rate", unit="%"),
    Among((1.8, 2.4, 3.7, 6.5)),
    Field(description="Inflation a year, percent", gt=-50, le=1000),
]


class Effective(TypedDict):
    effective: Annotated[
        float,
        Semantic("fin.return"),
        Says("effective annual rate of a nominal {rate} a year compounded {compounding}", unit="%", digits=3),
    ]
    continuous: Annotated[
        float,
        Semantic("fin.short_rate"),
        Says(
            "continuously compounded rate equivalent to a nominal {rate} a year compounded {compounding}",
            unit="%",
            digits=3,
        ),
    ]


class Growth(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.return"),
        Says(
            "compound annual growth rate of an investment that goes from {start} to {end} in {years}",
            unit="%",
            digits=2,
        ),
    ]
    doubling: Annotated[
        float | None,
        Says(
            "doubling time, at constant growth, of an investment that goes from {start} to {end} in {years}",
            unit="years",
            digits=1,
            high="longest",
            low="shortest",
        ),
    ]


class Real(TypedDict):
    rate: Annotated[
        float,
        Says(
            "real return by the Fisher equation of a nominal return of {nominal} at an inflation rate of {inflation}",
            unit="%",
            digits=2,
        ),
    ]


class Sharpe(TypedDict):
    ratio: Annotated[
        float,
        Says(
            "Sharpe ratio (sample standard deviation) of the yearly returns {returns} at a risk-free rate of {risk_free}",
            digits=3,
        ),
    ]
    volatility: Annotated[
        float,
        Semantic("fin.volatility"),
        Says("sample standard deviation of the yearly returns {returns}", unit="%", digits=2),
    ]


class Sortino(TypedDict):
    ratio: Annotated[
        float,
        Says(
            "Sortino ratio (downside deviation over all years) of the yearly returns {returns} with a target return of {target}",
            digits=3,
        ),
    ]


class Compounded(TypedDict):
    total: Annotated[float, Says("total return over all years of the yearly returns {returns}", unit="%", digits=2)]
    geometric: Annotated[
        float, Semantic("fin.return"), Says("geometric mean of the yearly returns {returns}", unit="%", digits=2)
    ]
    drawdown: Annotated[
        float,
        Says(
            "maximum drawdown at year ends over the yearly returns {returns}",
            unit="%",
            digits=2,
            high="largest",
            low="smallest",
        ),
    ]


class Kelly(TypedDict):
    fraction: Annotated[
        float,
        Says(
            "Kelly fraction of the capital to stake on a bet won with a probability of {probability} at net odds of {odds} to 1",
            unit="%",
            digits=2,
        ),
    ]
    growth: Annotated[
        float,
        Says(
            "expected logarithmic growth per bet at full Kelly stake on a bet won with a probability of "
            "{probability} at net odds of {odds} to 1",
            unit="%",
            digits=3,
        ),
    ]


class Forward(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.rate"),
        Says(
            "forward exchange rate for {days} by covered interest parity at a spot exchange rate of {spot}, "
            "with a quote-currency rate of {quote_rate} and "
            "a base-currency rate of {base_rate} (simple interest, actual/360)",
            digits=5,
        ),
    ]


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="Brealey, Myers & Allen, Principles of Corporate Finance, 13th ed. (2020), ch. 2",
    examples=({"rate": 6, "compounding": "monthly"},),
)
def effective_annual_rate(
    rate: Percent,
    compounding: Annotated[
        Literal["semiannually", "quarterly", "monthly", "weekly", "daily"],
        Field(description="How often interest is added; daily means 365 times a year"),
    ],
) -> Effective:
    """The effective annual rate and the continuous rate of a nominal rate: (1 + r/m)^m - 1 and m ln(1 + r/m)."""
    times = {"semiannually": 2, "quarterly": 4, "monthly": 12, "weekly": 52, "daily": 365}[compounding]
    step = math.log1p(rate / 100 / times) * times
    return {"effective": math.expm1(step) * 100, "continuous": step * 100}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="compound annual growth rate, (end/start)^(1/years) - 1, and ln 2 / ln(1 + rate)",
    examples=({"start": 8000, "end": 15000, "years": 7},),
)
def growth_rate(start: Dollars, end: Dollars, years: Years) -> Growth:
    """The compound annual growth rate between two values, and the time in which the value doubles at that rate."""
    if start == end:
        raise bad_arguments("the two values must differ")
    log = (math.log(end) - math.log(start)) / years
    return {"rate": math.expm1(log) * 100, "doubling": math.log(2) / log if log > 0 else None}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="I. Fisher, The Theory of Interest (1930)",
    examples=({"nominal": 5, "inflation": 3},),
)
def real_return(nominal: Return, inflation: Inflation) -> Real:
    """The real return by the exact Fisher equation, (1 + i) / (1 + p) - 1."""
    return {"rate": ((1 + nominal / 100) / (1 + inflation / 100) - 1) * 100}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="W. F. Sharpe, Journal of Portfolio Management 21 (1994) 49",
    examples=({"returns": [12.4, -3.1, 8.8, 15.2, -6.5, 9.9], "risk_free": 2},),
)
def sharpe_ratio(returns: Returns, risk_free: Free) -> Sharpe:
    """Mean excess return over the sample standard deviation, for a constant risk-free rate."""
    deviation = stdev(returns)
    if deviation < 1e-9:
        raise bad_arguments("the returns do not vary")
    return {"ratio": (fmean(returns) - risk_free) / deviation, "volatility": deviation}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="F. A. Sortino & L. N. Price, Journal of Investing 3 (1994) 59",
    examples=({"returns": [12.4, -3.1, 8.8, 15.2, -6.5, 9.9], "target": 2},),
)
def sortino_ratio(returns: Returns, target: Free) -> Sortino:
    """Mean return above a target over the downside deviation, the root mean square of the shortfalls over all years."""
    downside = math.sqrt(fmean(min(0.0, value - target) ** 2 for value in returns))
    if downside < 1e-9:
        raise bad_arguments("no return is below the target")
    return {"ratio": (fmean(returns) - target) / downside}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="Bacon, Practical Portfolio Performance Measurement and Attribution, 2nd ed. (2008)",
    examples=({"returns": [12.4, -3.1, 8.8, 15.2, -6.5, 9.9]},),
)
def compounded_return(returns: Returns) -> Compounded:
    """Total return, geometric mean and maximum drawdown (a positive number) of yearly returns."""
    if min(returns) <= -100:
        raise bad_arguments("a return of -100% or less cannot be compounded")
    wealth = peak = 1.0
    drawdown = 0.0
    for value in returns:
        wealth *= 1 + value / 100
        peak = max(peak, wealth)
        drawdown = max(drawdown, 1 - wealth / peak)
    return {
        "total": (wealth - 1) * 100,
        "geometric": (wealth ** (1 / len(returns)) - 1) * 100,
        "drawdown": drawdown * 100,
    }


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="J. L. Kelly, Bell System Technical Journal 35 (1956) 917",
    examples=({"probability": 55, "odds": 1},),
)
def kelly_stake(
    probability: Annotated[
        float,
        Says("probability", unit="%"),
        Among((40, 52, 55, 60, 65)),
        Field(description="Probability of winning, percent", gt=0, lt=100),
    ],
    odds: Annotated[float, Among((1, 1.5, 2, 2.5, 3)), Field(description="Net win for a stake of one", gt=0, le=1000)],
) -> Kelly:
    """The share of capital that maximises logarithmic growth, p - (1 - p) / b, and the growth it gives."""
    p = probability / 100
    fraction = p - (1 - p) / odds
    if fraction <= 0:
        raise bad_arguments("the bet has no positive expectation, so nothing should be staked")
    return {
        "fraction": fraction * 100,
        "growth": (p * math.log1p(fraction * odds) + (1 - p) * math.log1p(-fraction)) * 100,
    }


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="J. C. Hull, Options, Futures, and Other Derivatives, 10th ed. (2018), ch. 5 (covered interest parity)",
    examples=({"spot": 1.09, "days": 90, "quote_rate": 5.25, "base_rate": 3.75},),
)
def forward_exchange_rate(
    spot: Annotated[
        float,
        Semantic("fin.rate"),
        Among((0.86, 1.09, 1.25, 7.2, 148.5)),
        Field(description="Units of quote currency for one of the base currency", gt=0, le=1e6),
    ],
    days: Annotated[
        int, Says("time", unit="days"), Among((30, 60, 90, 180)), Field(description="Days to delivery", ge=1, le=3650)
    ],
    quote_rate: Annotated[
        float,
        Says("rate", unit="%"),
        Among((2, 3.5, 4.25, 5.25)),
        Field(description="Rate of the quote currency, percent", gt=-20, le=100),
    ],
    base_rate: Annotated[
        float,
        Says("rate", unit="%"),
        Among((0.5, 1.5, 2.75, 3.75)),
        Field(description="Rate of the base currency, percent", gt=-20, le=100),
    ],
) -> Forward:
    """The forward exchange rate without arbitrage, S (1 + i_quote t) / (1 + i_base t) with t in 360-day years."""
    t = days / 360
    return {"rate": spot * (1 + quote_rate / 100 * t) / (1 + base_rate / 100 * t)}
