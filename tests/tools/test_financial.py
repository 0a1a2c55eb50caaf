"""Values of financial tools against textbooks, central banks and statistical offices; error paths; order of lists."""

from typing import Any

import pytest

from dive.errors import ToolError
from dive.tools.pool import domain_tools
from dive.tools.tool import Tool

TOOLS: dict[str, Tool] = {tool.name: tool for tool in domain_tools("financial")}


def call(name: str, **arguments: Any) -> Any:
    return TOOLS[name].call(arguments)


def code_of(name: str, **arguments: Any) -> str:
    with pytest.raises(ToolError) as caught:
        call(name, **arguments)
    return caught.value.code


@pytest.mark.parametrize(
    ("base", "quote", "date", "rate"),
    [
        ("EUR", "USD", "1999-01-04", 1.1789),  # the first rate ever published
        ("EUR", "USD", "2008-07-15", 1.5990),  # its record
        ("EUR", "CHF", "2015-01-14", 1.2010),  # the day before the floor fell
        # tables that the Banca d'Italia published on those days (compiti/operazioni-cambi/cambio/cambi_rif_...)
        ("EUR", "USD", "2004-06-23", 1.2087),
        ("EUR", "GBP", "2004-06-23", 0.66510),
        ("EUR", "SEK", "2009-06-19", 10.9725),
        ("EUR", "ZAR", "2009-06-19", 11.2910),
    ],
)
def test_ecb_rates(base: str, quote: str, date: str, rate: float) -> None:
    assert call("exchange_rate", base=base, quote=quote, date=date)["rate"] == pytest.approx(rate, abs=6e-5)


def test_cross_rates_are_quotients_and_conversions_agree() -> None:
    day = "2019-05-06"
    cross = call("exchange_rate", base="GBP", quote="CHF", date=day)["rate"]
    euro = {q: call("exchange_rate", base="EUR", quote=q, date=day)["rate"] for q in ("GBP", "CHF")}
    assert cross == pytest.approx(euro["CHF"] / euro["GBP"])
    assert call("convert_amount", amount=250, base="GBP", quote="CHF", date=day)["value"] == pytest.approx(250 * cross)
    dollars = call("value_in_dollars", amount=100, base="EUR", date=day)["value"]
    assert call("dollars_to_currency", amount=dollars, quote="EUR", date=day)["value"] == pytest.approx(100)


def test_days_without_publication() -> None:
    assert code_of("exchange_rate", base="EUR", quote="USD", date="2021-12-25") == "not_found"
    assert call("last_exchange_rate", base="EUR", quote="USD", date="2021-12-25")["published"] == "2021-12-24"
    assert code_of("exchange_rate", base="EUR", quote="HRK", date="2024-01-02") == "not_found"  # kuna ended in 2022
    assert code_of("exchange_rate", base="EUR", quote="XYZ", date="2020-03-16") == "not_found"
    assert code_of("exchange_rate", base="EUR", quote="EUR", date="2020-03-16") == "bad_arguments"
    assert code_of("exchange_rate", base="EUR", quote="USD", date="2020-02-30") == "bad_arguments"
    turned = {"start": "2020-03-16", "end": "2019-12-31"}
    assert code_of("exchange_rate_change", base="EUR", quote="USD", **turned) == "bad_arguments"


def test_year_of_rates() -> None:
    year = call("exchange_rate_year", base="EUR", quote="USD", year=2008)
    assert (year["high"], year["high_date"]) == (1.599, "2008-07-15")
    assert year["mean"] == pytest.approx(1.4708, abs=5e-5)  # ECB annual average
    months = call("month_end_rates", base="EUR", quote="USD", year=2008)["months"]
    assert [row["month"] for row in months][:2] == ["January", "February"]
    assert len(months) == 12
    assert call("exchange_rate_coverage", currency="LTL")["last"] == "2014-12-31"
    yen = call("exchange_rate_coverage", currency="JPY")
    assert yen["lowest"] == 89.3  # October 2000, the euro's weakest against the yen


def test_us_prices() -> None:
    assert call("price_index", item="All items", year=1990)["index"] == 130.7  # BLS
    assert call("price_index", item="All items", year=2020)["index"] == 258.811
    assert call("price_index_month", item="All items", date="2022-06-09") == {
        "index": 296.311,
        "year_change": pytest.approx(9.06, abs=0.01),
    }
    assert call("adjust_for_inflation", amount=100, start=1950, end=2020)["value"] == pytest.approx(1073.90, abs=0.01)
    increase = call("price_increase", item="All items", start=2010, end=2020)
    assert (1 + increase["yearly"] / 100) ** 10 == pytest.approx(1 + increase["total"] / 100)
    groups = call("price_groups", year=2022)["groups"]
    assert [row["group"] for row in groups] == sorted(row["group"] for row in groups)
    assert len(groups) == 8
    history = call("price_history", item="Milk", start=2010, end=2022)["years"]
    assert [row["year"] for row in history] == list(range(2010, 2023))
    assert code_of("price_index", item="Unobtainium", year=2020) == "not_found"
    assert code_of("price_index", item="Smartphones", year=2001) == "not_found"
    assert code_of("adjust_for_inflation", amount=100, start=2012, end=2012) == "bad_arguments"


def test_banks() -> None:
    assert call("bank_by_bic", bic="DEUTDEFF")["name"] == "Deutsche Bank"
    assert call("bank_by_bic", bic="DEUTDEFF") == call("bank_by_bic", bic="DEUTDEFFXXX")
    example = call("bank_of_iban", iban="DE89370400440532013000")  # example of the IBAN registry
    assert (example["bic"], example["country"], example["country_name"]) == ("COBADEFFXXX", "DE", "Germany")
    parts = call("iban_parts", iban="GB29NWBK60161331926819")
    assert (parts["bank_code"], parts["branch_code"], parts["account_number"]) == ("NWBK", "601613", "31926819")
    assert call("iban_format", country="Norway")["length"] == 15
    assert call("iban_format", country="Malta")["length"] == 31
    iban = call("iban_for_account", bic="INGBNL2A", account="417164")["iban"]
    assert call("iban_checksum", typed=iban)["valid"]
    assert call("bank_of_iban", iban=iban)["bic"] == "INGBNL2A"
    assert call("iban_checksum", typed="GB00WEST12345698765432")["check_digits"] == "82"  # ISO 13616 example
    assert code_of("bank_by_bic", bic="ABCDEF22") == "not_found"
    assert code_of("bank_of_iban", iban="DE88370400440532013000") == "bad_arguments"
    assert code_of("iban_for_account", bic="COBADEFFXXX", account="532013") == "bad_arguments"
    assert code_of("iban_format", country="Narnia") == "not_found"
    assert code_of("banks_of_country", country="DE") == "too_large"
    bics = [row["bic"] for row in call("banks_of_country", country="HR")["banks"]]
    assert bics == sorted(bics)


def test_exchanges() -> None:
    assert call("trading_year", exchange="XNYS", year=2024)["trading_days"] == 252
    assert call("trading_year", exchange="XTKS", year=2024)["trading_days"] == 245
    closes = call("early_closes", exchange="XNYS", year=2024)["days"]
    assert [row["date"] for row in closes] == ["2024-07-03", "2024-11-29", "2024-12-24"]
    assert {row["closes"] for row in closes} == {"13:00"}
    assert len(call("exchange_holidays", exchange="XNYS", year=2024)["days"]) == 10
    assert call("adjacent_sessions", exchange="XLON", date="2024-03-29")["next"] == "2024-04-02"  # Good Friday
    assert call("settlement_date", exchange="XNYS", date="2025-04-17", days=1)["date"] == "2025-04-21"
    assert call("exchange_hours", exchange="XLON", date="2024-02-29")["opens"] == "08:00"
    assert call("exchange_hours", exchange="XTKS", date="2024-02-29")["break_minutes"] == 60
    assert call("exchange_facts", exchange="XPAR")["country"] == "FR"
    assert code_of("exchange_hours", exchange="XNYS", date="2024-03-30") == "not_found"  # a Saturday
    assert code_of("exchange_facts", exchange="XXXX") == "not_found"
    assert code_of("common_trading_days", exchange="XNYS", other="XNYS", year=2024) == "bad_arguments"


def test_currencies() -> None:
    assert call("currency_of_country", country="HR", date="2022-12-31")["currency"] == "HRK"
    assert call("currency_of_country", country="HR", date="2023-02-01")["currency"] == "EUR"
    assert call("currency_facts", currency="KWD")["decimals"] == 3
    assert call("currency_history", country="Brazil")["current"] == "BRL"
    union = call("countries_using_currency", currency="XOF", date="2024-02-29")
    assert union["total"] == 8
    assert [row["code"] for row in union["countries"]][:2] == ["BJ", "BF"]
    assert call("currency_name_in_language", currency="CHF", language="fr")["name"] == "franc suisse"
    assert code_of("currency_name_in_language", currency="CHF", language="qx") == "not_found"
    assert code_of("currency_of_country", country="XX", date="2020-03-16") == "not_found"


def test_loans_and_cash_flows() -> None:
    assert call("loan_payment", principal=200000, rate=6, years=30)["payment"] == pytest.approx(1199.10, abs=0.005)
    schedule = call("loan_schedule", principal=40000, rate=5.25, term=5)["years"]
    assert schedule[-1]["balance"] == 0
    assert sum(row["principal"] for row in schedule) == pytest.approx(40000)
    balance = call("loan_balance", principal=40000, rate=5.25, years=5, paid=12)["balance"]
    assert balance == pytest.approx(schedule[0]["balance"], abs=1e-5)
    payment = call("loan_payment", principal=40000, rate=5.25, years=5)["payment"]
    assert call("implied_loan_rate", principal=40000, payment=payment, years=5)["rate"] == pytest.approx(5.25)
    assert call("future_value", amount=1000, rate=5, years=10)["value"] == pytest.approx(1628.89, abs=0.005)
    assert call("internal_rate_of_return", flows=[-100, 39, 59, 55, 20])["rate"] == pytest.approx(28.0948, abs=1e-4)
    assert code_of("internal_rate_of_return", flows=[-100, 230, -132]) == "bad_arguments"  # 10 % and 20 %
    # the worked example of the spreadsheet function MIRR: 12.61 %
    flows = [-120000, 39000, 30000, 21000, 37000, 46000]
    modified = call("modified_internal_rate", flows=flows, finance=10, reinvest=12)["rate"]
    assert modified == pytest.approx(12.61, abs=0.005)
    dated = call("dated_return", paid=100, start="2019-01-01", received=110, end="2020-01-01")["rate"]
    assert dated == pytest.approx(10)


def test_day_counts() -> None:
    # ISDA's memorandum on actual/actual: 1 November 2003 to 1 May 2004 is 61/365 + 121/366
    years = call("year_fraction", start="2003-11-01", end="2004-05-01", convention="actual/actual ISDA")["years"]
    assert years == pytest.approx(61 / 365 + 121 / 366)
    assert call("year_fraction", start="2007-01-31", end="2007-02-28", convention="30E/360")["days"] == 28
    loan = {"principal": 15000, "rate": 6, "start": "2021-11-10", "end": "2022-06-30"}
    assert call("simple_interest", **loan, convention="actual/360")["interest"] == pytest.approx(580)  # 232 days


def test_bonds() -> None:
    bond = {"coupon": 5, "frequency": "annual", "maturity": "2030-11-15"}
    par = call("bond_price", **bond, settlement="2025-11-15", rate=5)
    assert par["clean"] == pytest.approx(100)
    assert par["dirty"] == pytest.approx(100)
    # by hand: five coupons of 5 and 100 at 6 %
    price = call("bond_price", **bond, settlement="2025-11-15", rate=6)["clean"]
    assert price == pytest.approx(5 * (1 - 1.06**-5) / 0.06 + 100 * 1.06**-5)
    assert call("bond_yield", **bond, settlement="2025-11-15", price=price)["rate"] == pytest.approx(6)
    duration = call("bond_duration", **bond, settlement="2025-11-15", rate=6)
    assert duration["modified"] == pytest.approx(duration["macaulay"] / 1.06)
    accrued = call("accrued_interest", coupon=5, frequency="semiannual", maturity="2028-02-15", settlement="2025-04-09")
    assert accrued == {"accrued": pytest.approx(2.5 * 53 / 181), "days": 53, "next_coupon": "2025-08-15"}
    before = call("bond_price", **bond, settlement="2024-02-29", rate=5)
    call("american_put", spot=36, strike=40, days=365, volatility=20, rate=6)  # moves the evaluation date
    assert call("bond_price", **bond, settlement="2024-02-29", rate=5) == before
    flows = call("bond_cash_flows", **bond, settlement="2025-11-15")["flows"]
    assert [row["type"] for row in flows] == ["coupon"] * 5 + ["redemption"]
    assert code_of("bond_price", **bond, settlement="2031-01-15", rate=5) == "bad_arguments"
    moved = call("business_day", date="2022-12-31", calendar="the euro area", convention="following")
    assert moved == {"date": "2023-01-02"}
    assert call("bank_holidays", calendar="the United Kingdom", year=2022)["business_days"] == 250


def test_options() -> None:
    # Hull, Options, Futures and Other Derivatives: S 42, K 40, r 10 %, sigma 20 %, half a year gives 4.76
    option = call("option_price", right="call", spot=42, strike=40, days=182, volatility=20, rate=10)
    assert option["value"] == pytest.approx(4.76, abs=0.01)
    assert option["delta"] == pytest.approx(0.779, abs=0.001)
    implied = {"right": "call", "spot": 42, "strike": 40, "days": 182, "rate": 10}
    assert call("implied_volatility", price=option["value"], **implied)["volatility"] == pytest.approx(20, abs=1e-6)
    assert code_of("implied_volatility", price=1, **implied) == "bad_arguments"
    # Longstaff & Schwartz 2001, table 1: 4.478 by finite differences with 50 exercise dates a year
    put = call("american_put", spot=36, strike=40, days=365, volatility=20, rate=6)["value"]
    assert put == pytest.approx(4.478, abs=0.015)
    # Hull on currency options: spot and strike 1.60, 8 % and 11 %, four months, 14.1 % volatility give 4.3 cents
    sterling = {"spot": 1.6, "moneyness": "at 100%", "days": 122, "volatility": 14.1, "domestic": 8, "foreign": 11}
    assert call("currency_option", right="call", **sterling)["value"] == pytest.approx(0.043, abs=2e-4)


def test_companies_and_returns() -> None:
    assert call("cost_of_equity", beta=1.2, risk_free=3, premium=5)["rate"] == pytest.approx(9)
    assert call("dividend_growth_value", dividend=2, growth=3, required=8)["price"] == pytest.approx(41.2)
    assert code_of("dividend_growth_value", dividend=2, growth=4, required=3) == "bad_arguments"
    ratios = call("dupont_analysis", net_income=45, sales=600, assets=900, equity=410)
    assert ratios["roe"] == pytest.approx(ratios["margin"] * ratios["turnover"] * ratios["leverage"])
    assert call("break_even", fixed=40000, price=25, variable=15)["units"] == 4000
    for method in ("straight-line", "double-declining-balance", "sum-of-the-years'-digits"):
        years = call("depreciation_schedule", cost=40000, salvage=10, life=5, method=method)["years"]
        assert years[-1]["book_value"] == pytest.approx(4000)
    effective = call("effective_annual_rate", rate=12, compounding="monthly")["effective"]
    assert effective == pytest.approx(12.6825, abs=1e-4)
    assert call("real_return", nominal=5, inflation=3)["rate"] == pytest.approx(1.9417, abs=1e-4)
    kelly = call("kelly_stake", probability=60, odds=1)
    assert (kelly["fraction"], kelly["growth"]) == (
        pytest.approx(20),
        pytest.approx(2.01355, abs=1e-5),
    )  # 0.6 ln 1.2 + 0.4 ln 0.8
    assert call("sharpe_ratio", returns=[3, 1, 5, -1], risk_free=0)["ratio"] == pytest.approx(2 / (20 / 3) ** 0.5)
    assert call("sortino_ratio", returns=[3, 1, 5, -1], target=0)["ratio"] == pytest.approx(2 / (1 / 4) ** 0.5)
    company = {"working_capital": 45, "retained": 150, "ebit": 90, "market_value": 800, "sales": 1400}
    altman = call("altman_z_score", **company, assets=900, liabilities=410)
    assert altman == {"z": pytest.approx(3.34807, abs=1e-5), "zone": "safe"}  # by hand, 0.06 + 0.2333 + 0.33 + 1.1707 + 1.554
    assert call("compounded_return", returns=[10, -50, 20]) == {
        "total": pytest.approx(-34),
        "geometric": pytest.approx((0.66 ** (1 / 3) - 1) * 100),
        "drawdown": pytest.approx(50),
    }
