"""Company finance by published formulas: cost of capital, share value, accounting ratios and depreciation.

Rates are percent; amounts are millions of dollars where a balance sheet is meant. No library is behind these tools.
"""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.financial.terms import Dollars
from dive.tools.tool import Among, Says, Semantic, tool

Millions = Says("amount", unit="million dollars")
Money = Annotated[float, Millions, Among((40, 75, 120, 260, 410, 800)), Field(description="Million dollars", gt=0, le=1e9)]
Signed = Annotated[
    float,
    Millions,
    Among((-30, 15, 45, 90, 150)),
    Field(description="Million dollars, may be negative", ge=-1e9, le=1e9),
]
Large = Annotated[float, Millions, Among((600, 900, 1400, 2500, 4000)), Field(description="Million dollars", gt=0, le=1e9)]
Required = Annotated[
    float,
    Semantic("fin.discount"),
    Says("rate", unit="%"),
    Among((7, 8, 9, 10.5, 12)),
    Field(description="Rate a year, percent", gt=0, le=100),
]


class Equity(TypedDict):
    rate: Annotated[
        float,
        Semantic("fin.discount"),
        Says(
            "CAPM cost of equity at a beta of {beta}, a risk-free rate of {risk_free} and an equity risk premium of {premium}",
            unit="%",
            digits=2,
        ),
    ]


class Capital(TypedDict):
    rate: Annotated[float, Semantic("fin.discount"), Says("after-tax weighted average cost of capital", unit="%", digits=2)]
    debt_share: Annotated[float, Says("share of debt in the capital", unit="%", digits=1, ask=False)]


class Share(TypedDict):
    price: Annotated[
        float,
        Semantic("fin.price"),
        Says(
            "Gordon growth value of a share whose last yearly dividend was {dividend}, growing by {growth} a "
            "year, at a required return of {required}",
            unit="dollars",
            digits=2,
        ),
    ]


class Altman(TypedDict):
    z: Annotated[float, Says("Altman Z-score (1968 model)", digits=2)]
    zone: Annotated[str, Says("Altman Z-score zone (safe, grey or distress)")]


class DuPont(TypedDict):
    roe: Annotated[float, Says("return on equity", unit="%", digits=2)]
    margin: Annotated[float, Says("net profit margin", unit="%", digits=2)]
    turnover: Annotated[float, Says("asset turnover", digits=3)]
    leverage: Annotated[float, Says("equity multiplier", digits=3)]


class BreakEven(TypedDict):
    units: Annotated[float, Says("break-even quantity", unit="units", digits=1, high="largest", low="smallest")]
    revenue: Annotated[float, Semantic("fin.usd"), Says("break-even revenue", unit="dollars", digits=2)]
    margin: Annotated[float, Says("contribution margin ratio", unit="%", digits=1)]


class DepreciationYear(TypedDict):
    year: Annotated[int, Says("year of use", names=True)]
    depreciation: Annotated[float, Says("depreciation", unit="dollars", digits=2)]
    book_value: Annotated[float, Says("book value at its end", unit="dollars", digits=2)]


class Depreciation(TypedDict):
    years: Annotated[
        list[DepreciationYear],
        Says(
            "year of the {method} depreciation of a machine that costs {cost} and is worth {salvage} of that after {life}",
            plural="years of the {method} depreciation of a machine that costs {cost} and is worth {salvage} of "
            "that after {life}",
        ),
    ]


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="W. F. Sharpe, Journal of Finance 19 (1964) 425",
    examples=({"beta": 1.2, "risk_free": 3, "premium": 5},),
)
def cost_of_equity(
    beta: Annotated[float, Among((0.6, 0.85, 1.1, 1.25, 1.4, 1.8)), Field(description="Beta of the share", ge=-5, le=10)],
    risk_free: Annotated[
        float,
        Says("rate", unit="%"),
        Among((2, 2.5, 3.5, 4.2)),
        Field(description="Risk-free rate, percent", ge=-5, le=50),
    ],
    premium: Annotated[
        float,
        Says("premium", unit="%"),
        Among((4, 4.6, 5, 5.5, 6)),
        Field(description="Equity risk premium, percent", gt=0, le=30),
    ],
) -> Equity:
    """The cost of equity by the capital asset pricing model: risk-free rate plus beta times the equity risk premium."""
    return {"rate": risk_free + beta * premium}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="Brealey, Myers & Allen, Principles of Corporate Finance, 13th ed. (2020), ch. 9 and 19",
    about="a company with {equity} of equity and {debt} of debt at market values, a cost of equity of "
    "{equity_rate}, a pre-tax cost of debt of {debt_rate} and a tax rate of {tax}",
    examples=({"equity": 900, "debt": 410, "equity_rate": 10.5, "debt_rate": 5, "tax": 25},),
)
def cost_of_capital(
    equity: Large,
    debt: Money,
    equity_rate: Required,
    debt_rate: Annotated[
        float,
        Says("rate", unit="%"),
        Among((3.5, 4.5, 5, 6.25)),
        Field(description="Cost of debt before tax, percent", ge=0, le=50),
    ],
    tax: Annotated[
        float, Says("tax rate", unit="%"), Among((19, 21, 25, 30)), Field(description="Tax rate, percent", ge=0, lt=100)
    ],
) -> Capital:
    """The weighted average cost of capital after tax, E/V re + D/V rd (1 - t)."""
    total = equity + debt
    rate = equity / total * equity_rate + debt / total * debt_rate * (1 - tax / 100)
    return {"rate": rate, "debt_share": debt / total * 100}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="M. J. Gordon, Review of Economics and Statistics 41 (1959) 99",
    examples=({"dividend": 2, "growth": 3, "required": 8},),
)
def dividend_growth_value(
    dividend: Annotated[
        float,
        Says("dividend", unit="dollars"),
        Among((0.8, 1.5, 2, 3.6, 4.25)),
        Field(description="Last yearly dividend, dollars", gt=0, le=1e6),
    ],
    growth: Annotated[
        float,
        Says("growth", unit="%"),
        Among((1.5, 2, 3, 4)),
        Field(description="Yearly growth of the dividend, percent", gt=-50, le=50),
    ],
    required: Required,
) -> Share:
    """The value of a share whose dividend grows for ever at a constant rate, D0 (1 + g) / (r - g)."""
    if growth >= required:
        raise bad_arguments("the required return must exceed the growth rate")
    return {"price": dividend * (1 + growth / 100) / ((required - growth) / 100)}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="E. I. Altman, Journal of Finance 23 (1968) 589",
    about=(
        "a manufacturer with working capital of {working_capital}, retained earnings of {retained}, EBIT of "
        "{ebit}, a market value of equity of {market_value}, "
        "sales of {sales}, total assets of {assets} and total liabilities of {liabilities}"
    ),
    examples=(
        {
            "working_capital": 45,
            "retained": 150,
            "ebit": 90,
            "market_value": 800,
            "sales": 1400,
            "assets": 900,
            "liabilities": 410,
        },
    ),
)
def altman_z_score(
    working_capital: Signed,
    retained: Signed,
    ebit: Signed,
    market_value: Large,
    sales: Large,
    assets: Large,
    liabilities: Money,
) -> Altman:
    """Altman's bankruptcy score for public manufacturers; below 1.81 is distress, above 2.99 is safe."""
    z = 1.2 * working_capital / assets + 1.4 * retained / assets + 3.3 * ebit / assets + 0.6 * market_value / liabilities
    z += 0.999 * sales / assets
    return {"z": z, "zone": "distress" if z < 1.81 else "safe" if z > 2.99 else "grey"}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="DuPont identity; Brealey, Myers & Allen, Principles of Corporate Finance, 13th ed. (2020), ch. 28",
    about="a company with net income of {net_income}, sales of {sales}, total assets of {assets} and equity of {equity}",
    examples=({"net_income": 45, "sales": 600, "assets": 900, "equity": 410},),
)
def dupont_analysis(net_income: Signed, sales: Large, assets: Large, equity: Money) -> DuPont:
    """Return on equity as net margin times asset turnover times equity multiplier."""
    return {
        "roe": net_income / equity * 100,
        "margin": net_income / sales * 100,
        "turnover": sales / assets,
        "leverage": assets / equity,
    }


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="Horngren, Datar & Rajan, Cost Accounting, 16th ed. (2018), ch. 3",
    about="a product sold at {price} a unit with variable costs of {variable} a unit and fixed costs of {fixed}",
    examples=({"fixed": 40000, "price": 25, "variable": 15},),
)
def break_even(
    fixed: Dollars,
    price: Annotated[
        float,
        Says("price", unit="dollars"),
        Among((19, 25, 34.5, 60, 85)),
        Field(description="Price a unit, dollars", gt=0, le=1e9),
    ],
    variable: Annotated[
        float,
        Says("cost", unit="dollars"),
        Among((7, 9.5, 12, 15.25)),
        Field(description="Variable cost a unit, dollars", ge=0, le=1e9),
    ],
) -> BreakEven:
    """The quantity and the revenue at which a product covers its fixed costs."""
    if price <= variable:
        raise bad_arguments("the price must exceed the variable cost")
    units = fixed / (price - variable)
    return {"units": units, "revenue": units * price, "margin": (price - variable) / price * 100}


@tool(
    domain="financial",
    kind="processing",
    provider="own",
    source="Kieso, Weygandt & Warfield, Intermediate Accounting, 16th ed. (2016), ch. 11",
    examples=({"cost": 40000, "salvage": 10, "life": 5, "method": "double-declining-balance"},),
)
def depreciation_schedule(
    cost: Dollars,
    salvage: Annotated[
        float,
        Says("salvage value", unit="%"),
        Among((0, 5, 10, 20)),
        Field(description="Salvage value, percent of cost", ge=0, lt=100),
    ],
    life: Annotated[int, Says("life", unit="years"), Among((4, 5, 8, 10)), Field(description="Useful life, years", ge=2, le=30)],
    method: Annotated[
        Literal["straight-line", "double-declining-balance", "sum-of-the-years'-digits"], Field(description="Method")
    ],
) -> Depreciation:
    """Yearly depreciation and book value of an asset; the declining balance stops at the salvage value."""
    floor = cost * salvage / 100
    value, years = float(cost), list[DepreciationYear]()
    for year in range(1, life + 1):
        if method == "straight-line":
            charge = (cost - floor) / life
        elif method == "double-declining-balance":
            charge = min(value * 2 / life, value - floor)
        else:
            charge = (cost - floor) * (life - year + 1) / (life * (life + 1) / 2)
        value -= charge
        years.append({"year": year, "depreciation": charge, "book_value": round(value, 6) + 0.0})
    return {"years": years}
