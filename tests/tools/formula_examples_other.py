"""Worked examples of the formulas of finance, science and everyday arithmetic; see `formula_examples.py`."""

from math import asin, atanh, exp, log, log2, pi, sqrt

from formula_examples import BOUND, row

C, H, E, K, NA, ME = 299792458, 6.62607015e-34, 1.602176634e-19, 1.380649e-23, 6.02214076e23, 9.1093837139e-31
"""Constants of the SI of 2019 and the electron mass of CODATA 2022, typed from the NIST table."""
R = 8.314462618
GM_SUN = 1.3271244e20
"""Nominal solar mass parameter, IAU 2015 Resolution B3, in m³/s²."""
ISDA = "example of the ISDA paper on EMU and market conventions"
KIESO = "Kieso, Weygandt & Warfield, a crane of 500,000 dollars"
HULL = "Hull, Options, Futures and Other Derivatives"
PAGE = "table of the US Standard Atmosphere 1976"
TEM = "Williams & Carter, table of wavelengths and speeds"
CENT = 0.005
YEARLY = [10.0, -20.0, 30.0]
CRANE = {"cost": 500_000, "salvage": 10, "life": 5}


def annuity(rate: float, periods: int) -> float:
    """Present value of one a period in arrears."""
    return (1 - (1 + rate) ** -periods) / rate


LOANS = (
    row("loan_payment", {"payment": 1854.02}, "manual of numpy-financial", within=CENT, principal=200_000, rate=7.5, years=15),
    row("loan_payment", {"payment": 200_000 / annuity(0.005, 360)}, within=CENT, principal=200_000, rate=6, years=30),
    row("loan_payment", {"payment": 1000 / 12, "interest": 0}, "no interest", principal=1000, rate=0, years=1),
    row("loan_balance", {"balance": 100_000 / annuity(0.005, 120) * annuity(0.005, 60)}, within=CENT,
        principal=100_000, rate=6, years=10, paid=60),
    row("loan_balance", {"balance": 0}, "after the last payment", principal=100_000, rate=6, years=10, paid=120),
    row("implied_loan_rate", {"rate": 6}, "by hand, from the payment", principal=10_000 * annuity(0.005, 60), payment=10_000,
        years=5),
    row("future_value", {"value": 1000 * 1.05**10}, amount=1000, rate=5, years=10),
    row("savings_plan", {"value": 100 * (1.005**120 - 1) / 0.005}, payment=100, rate=6, years=10),
    row("present_value", {"value": 1000 / 1.05**10}, amount=1000, rate=5, years=10),
    row("months_to_goal", {"months": log(1 + 10_000 * 0.005 / 100) / log(1.005)}, goal=10_000, payment=100, rate=6),
    row("net_present_value", {"value": -1000 + 300 / 1.08 + 420 / 1.08**2 + 680 / 1.08**3}, flows=[-1000, 300, 420, 680], rate=8),
    row("internal_rate_of_return", {"rate": 28.095}, "manual of numpy-financial", within=CENT, flows=[-100, 39, 59, 55, 20]),
    row("internal_rate_of_return", {"rate": 10}, flows=[-100, 0, 121]),
    row("modified_internal_rate", {"rate": 100 * (((50 * 1.12**2 + 70) / (100 + 60 / 1.1**2)) ** (1 / 3) - 1)},
        flows=[-100, 50, -60, 70], finance=10, reinvest=12),
    row("dated_return", {"rate": 100 * (1.21 ** (365 / 730) - 1)}, paid=100, start="2018-03-14", received=121, end="2020-03-13"),
    row("staged_return", {"rate": 10}, within=1e-6, paid=100, start="2021-01-01", first=55, middle="2022-01-01",
        second=60.5, end="2023-01-01"),
    row("dated_present_value", {"value": 1000 / 1.05**2}, amount=1000, start="2021-01-01", end="2023-01-01", rate=5),
    row("year_fraction", {"years": 61 / 365 + 121 / 366}, ISDA, start="2003-11-01", end="2004-05-01",
        convention="actual/actual ISDA"),
    row("year_fraction", {"days": 182, "years": 182 / 360}, start="2003-11-01", end="2004-05-01", convention="actual/360"),
    row("year_fraction", {"days": 182, "years": 182 / 365}, start="2003-11-01", end="2004-05-01", convention="actual/365"),
    row("year_fraction", {"days": 30, "years": 30 / 360}, "31st counts as 30th", start="2023-03-31", end="2023-04-30",
        convention="30E/360"),
    row("simple_interest", {"interest": 10_000 * 0.06 * 182 / 360}, principal=10_000, rate=6, start="2003-11-01",
        end="2004-05-01",
        convention="actual/360"),
)  # fmt: skip

SECURITIES = (
    row("bond_price", {"clean": 100, "dirty": 100}, "at par, coupon and yield are equal", within=1e-8, coupon=5,
        frequency="semiannual", maturity="2035-05-15", settlement="2025-05-15", rate=5),
    row("bond_price", {"clean": 4 * annuity(0.05, 10) + 100 / 1.05**10}, coupon=4, frequency="annual", maturity="2035-05-15",
        settlement="2025-05-15", rate=5),
    row("bond_price", {"clean": 100 / 1.025**10}, "a bond without coupons", coupon=0, frequency="semiannual",
        maturity="2030-05-15", settlement="2025-05-15", rate=5),
    row("bond_yield", {"rate": 5}, within=1e-6, coupon=4, frequency="annual", maturity="2035-05-15", settlement="2025-05-15",
        price=4 * annuity(0.05, 10) + 100 / 1.05**10),
    row("bond_duration", {"macaulay": 10, "modified": 10 / 1.05, "convexity": 10 * 11 / 1.05**2}, "a bond without coupons",
        within=1e-6, coupon=0, frequency="annual", maturity="2035-05-15", settlement="2025-05-15", rate=5),
    row("accrued_interest", {"accrued": 5 / 2 * 92 / 184, "days": 92, "next_coupon": "2025-11-15"},
        "by hand, 92 of the 184 days from 15 May", coupon=5, frequency="semiannual", maturity="2030-11-15",
        settlement="2025-08-15"),
    row("bond_cash_flows", {"flows": [
        {"date": "2026-05-15", "amount": 3, "type": "coupon"}, {"date": "2027-05-15", "amount": 3, "type": "coupon"},
        {"date": "2027-05-15", "amount": 100, "type": "redemption"},
    ]}, coupon=3, frequency="annual", maturity="2027-05-15", settlement="2025-05-15"),
    row("option_price", {"value": 4.76}, HULL, within=0.02, right="call", spot=42, strike=40, days=182, volatility=20, rate=10),
    row("option_price", {"value": 0.81}, HULL, within=0.01, right="put", spot=42, strike=40, days=182, volatility=20, rate=10),
    row("implied_volatility", {"volatility": 20}, HULL, within=0.1, right="call", price=4.76, spot=42, strike=40, days=183,
        rate=10),
    row("american_put", {"value": 4.283}, HULL, within=0.001, spot=50, strike=50, days=152, volatility=40, rate=10),
    row("american_put", {"value": 4.478}, "Longstaff & Schwartz 2001, table 1, with 50 days of exercise", within=0.01, spot=36,
        strike=40, days=365,
        volatility=20, rate=6),
    row("currency_option", {"value": 0.043}, HULL, within=0.001, right="call", spot=1.6, moneyness="at 100%", days=122,
        volatility=14.1, domestic=8, foreign=11),
)  # fmt: skip

COMPANIES = (
    row("effective_annual_rate", {"effective": 12.6825, "continuous": 1200 * log(1.01)}, "Brealey, Myers & Allen, 1 % a month",
        rate=12, compounding="monthly"),
    *(
        row("effective_annual_rate", {"effective": 100 * ((1 + 0.06 / times) ** times - 1)}, within=1e-9, rate=6,
            compounding=compounding)
        for compounding, times in (("semiannually", 2), ("quarterly", 4), ("monthly", 12), ("weekly", 52), ("daily", 365))
    ),
    row("growth_rate", {"rate": 100 * (2 ** (1 / 7) - 1), "doubling": 7}, start=1000, end=2000, years=7),
    row("growth_rate", {"rate": 100 * (0.5 ** (1 / 5) - 1), "doubling": None}, "what shrinks does not double", start=1000,
        end=500,
        years=5),
    row("real_return", {"rate": 100 * (1.05 / 1.03 - 1)}, nominal=5, inflation=3),
    row("sharpe_ratio", {"ratio": (20 / 3 - 2) / sqrt(1900 / 3), "volatility": sqrt(1900 / 3)},
        "by hand, squared deviations of 11.11, 711.11 and 544.44 over two", returns=YEARLY, risk_free=2),
    row("sortino_ratio", {"ratio": (20 / 3 - 2) / sqrt(22**2 / 3)}, returns=YEARLY, target=2),
    row("compounded_return", {"total": 100 * (1.1 * 0.8 * 1.3 - 1), "geometric": 100 * ((1.1 * 0.8 * 1.3) ** (1 / 3) - 1),
                              "drawdown": 20}, returns=YEARLY),
    row("kelly_stake", {"fraction": 10, "growth": 100 * (0.55 * log(1.1) + 0.45 * log(0.9))},
        "Kelly 1956: at even odds twice the probability less one", probability=55, odds=1),
    row("forward_exchange_rate", {"rate": 1.25 * (1 + 0.04 / 4) / (1 + 0.02 / 4)}, within=1e-9, spot=1.25, days=90, quote_rate=4,
        base_rate=2),
    row("cost_of_equity", {"rate": 3 + 1.2 * 5}, beta=1.2, risk_free=3, premium=5),
    row("cost_of_capital", {"rate": 0.6 * 10 + 0.4 * 5 * 0.75, "debt_share": 40}, equity=600, debt=400, equity_rate=10,
        debt_rate=5,
        tax=25),
    row("dividend_growth_value", {"price": 2 * 1.03 / 0.05}, dividend=2, growth=3, required=8),
    row("altman_z_score", {"z": 1.2 * 0.1 + 1.4 * 0.2 + 3.3 * 0.1 + 0.6 * 2 + 0.999 * 1.5, "zone": "safe"},
        working_capital=100, retained=200, ebit=100, market_value=800, sales=1500, assets=1000, liabilities=400),
    row("altman_z_score", {"z": -1.2 * 0.1 + 1.4 * 0.1 + 3.3 * 0.02 + 0.6 * 0.5 + 0.999 * 1, "zone": "distress"},
        working_capital=-100, retained=100, ebit=20, market_value=400, sales=1000, assets=1000, liabilities=800),
    *(
        row("altman_z_score", {"z": 0.6 * ratio + 0.999, "zone": zone}, BOUND, working_capital=0, retained=0, ebit=0,
            market_value=100 * ratio, sales=500, assets=500, liabilities=100)
        for ratio, zone in ((1.35, "distress"), (1.36, "grey"), (3.31, "grey"), (3.33, "safe"))
    ),
    row("dupont_analysis", {"roe": 100 * 45 / 300, "margin": 100 * 45 / 600, "turnover": 600 / 900, "leverage": 3}, net_income=45,
        sales=600, assets=900, equity=300),
    row("break_even", {"units": 40_000 / 10, "revenue": 4000 * 25, "margin": 40}, fixed=40_000, price=25, variable=15),
    *(
        row("depreciation_schedule", {"years": [
            {"year": year, "depreciation": charge, "book_value": 500_000 - sum(charges[:year])}
            for year, charge in enumerate(charges, 1)
        ]}, KIESO, **CRANE, method=method)
        for method, charges in (
            ("straight-line", [90_000] * 5),
            ("sum-of-the-years'-digits", [150_000, 120_000, 90_000, 60_000, 30_000]),
            ("double-declining-balance", [200_000, 120_000, 72_000, 43_200, 14_800]),
        )
    ),
)  # fmt: skip

PHYSICS = (
    row("photon_properties", {"energy": 1239.841984 / 589.3, "frequency": C / 589.3e-9 / 1e12, "wavenumber": 1e7 / 589.3,
                              "per_mole": H * C / 589.3e-9 * NA / 1000}, "by hand, hc = 1239.841984 eV nm", wavelength=589.3),
    row("photon_wavelength", 1239.841984 / 13.6, "by hand, hc = 1239.841984 eV nm", energy=13.6),
    row("black_body", {"peak": 2.897771955e6 / 5772, "flux": 5.670374419e-8 * 5772**4, "mean_energy": K * 5772 / E},
        "by hand, constants of CODATA 2022", within=0.1, temperature=5772),
    row("black_hole", {"radius": 2 * GM_SUN / C**2 / 1000, "isco_period": 12 * pi * sqrt(6) * GM_SUN / C**3}, mass=1),
    row("black_hole", {"temperature": H / (2 * pi) * C**3 / (8 * pi * GM_SUN * K)}, within=1e-12, mass=1),
    row("star_brightness", {"modulus": 0, "absolute": 4.83, "luminosity": 1}, "the Sun at ten parsecs", magnitude=4.83,
        distance=10),
    row("star_brightness", {"modulus": 5, "absolute": -0.17, "luminosity": 100}, "five magnitudes are a factor of 100",
        magnitude=4.83, distance=100),
    row("parallax_distance", {"parsecs": 1000 / 379.21, "light_years": 1000 / 379.21 * 3.261563777}, parallax=379.21),
    row("kepler_orbit", {"period": 5.2044**1.5, "speed": 29.7847 / sqrt(5.2044)}, "in units of the Earth's orbit", within=2e-3,
        mass=1,
        axis=5.2044),
    row("kepler_orbit", {"period": 2 * pi * sqrt(149_597_870_700**3 / GM_SUN) / 31_557_600}, within=1e-9, mass=1, axis=1),
    row("special_relativity", {"lorentz": 1.25, "rapidity": atanh(0.6), "doppler": 1}, beta=0.6),
    row("electron_wavelength", {"wavelength": 0.00370, "speed": 0.548}, TEM, within=5e-4, voltage=100),
    row("electron_wavelength", {"wavelength": 0.00251, "speed": 0.695}, TEM, within=5e-4, voltage=200),
    row("electron_wavelength", {"wavelength": 1e9 * H / sqrt(2 * ME * E * 3e5 * (1 + E * 3e5 / (2 * ME * C**2)))}, within=1e-8,
        voltage=300),
    row("airmass", 2, altitude=30),
    row("airmass", 1.5, altitude=asin(2 / 3) * 180 / pi),
    row("cosmology_parameters", {"age": 13.787, "hubble": 67.66, "matter": 0.3111}, "Planck 2018 VI, table 2", within=2e-3,
        cosmology="Planck 2018"),
    row("redshift_times", {"background": 2.7255 * 3}, within=1e-3, redshift=2, cosmology="Planck 2018"),
    row("standard_atmosphere", {"pressure": 1013.25, "temperature": 288.15, "density": 1.225, "oxygen": 0.2095 * 1013.25}, PAGE,
        height=0),
    row("standard_atmosphere", {"pressure": 540.48, "temperature": 255.676, "density": 0.73643}, PAGE, within=6e-3, height=5000),
    row("standard_atmosphere", {"pressure": 227.00, "temperature": 216.774, "density": 0.36480}, PAGE, within=6e-3,
        height=11_000),
    row("standard_atmosphere", {"pressure": 55.293, "temperature": 216.65, "density": 0.088910}, PAGE, within=6e-3,
        height=20_000),
    row("gas_density", 0.0289652 * 101_325 / (R * 288.15), molar_mass=28.9652, temperature=288.15, pressure=1013.25),
    row("ideal_gas_density", {"density": 101_325 * 0.0440095 / (R * 298.15)}, molar_mass=44.0095, temperature=298.15),
    row("molecular_speed", {"speed": sqrt(3 * R * 300 / 0.0280134)}, molar_mass=28.0134, temperature=300),
    row("effusion_ratio", {"ratio": 4}, "hydrogen against oxygen", within=0.02, a=2.016, b=31.998),
    row("geodesic_distance", {"distance": 6_378.137 * pi / 180}, "one degree of the equator of WGS 84", latitude=0, longitude=10,
        to_latitude=0, to_longitude=11),
    row("geodesic_distance", {"distance": 10_001.966, "azimuth": 0}, "quarter meridian of WGS 84", within=1e-3, latitude=0,
        longitude=0, to_latitude=90, to_longitude=0),
    row("destination_point", {"latitude": 0, "longitude": 1}, "one degree of the equator of WGS 84", latitude=0, longitude=0,
        direction="east", distance=6_378.137 * pi / 180),
    row("antipode", {"latitude": -51.51, "longitude": 179.87}, latitude=51.51, longitude=-0.13),
    row("travel_time", 1800 / 900, distance=1800, speed=900),
)  # fmt: skip

BENCH = (
    row("mass_for_solution", {"milligrams": 58.44 * 0.15 * 0.5 * 1000}, molar_mass=58.44, millimolar=150, millilitres=500),
    row("amount_of_substance", {"millimoles": 100 / 180.16}, milligrams=100, molar_mass=180.16),
    row("molar_concentration", {"millimolar": 0.5 / 0.05}, millimoles=0.5, millilitres=50),
    row("bond_ionic_character", {"difference": 2.23, "ionic": 100 * (1 - exp(-(2.23**2) / 4))}, "sodium chloride", a=0.93,
        b=3.16),
    row("bond_ionic_character", {"ionic": 50}, "Pauling: half ionic at a difference of 1.7", within=2, a=2.0, b=3.7),
    row("concentration_from_absorbance", {"micromolar": 15.06}, "serum albumin, 0.66 at 1 g/L", within=CENT, extinction=43_824,
        absorbance=0.66),
    row("mass_concentration", {"milligrams": 15e-6 * 66_463}, micromolar=15, molar_mass=66_463),
    row("dna_picomoles", {"picomoles": 1e-6 / (3000 * 660) * 1e12}, "by hand, a microgram of 3 kb", nanograms=1000,
        length=3000, strands="double-stranded"),
    row("dna_picomoles", {"picomoles": 100e3 / (20 * 330)}, nanograms=100, length=20, strands="single-stranded"),
    row("wallace_melting", {"wallace": 4 * 9 + 2 * 8}, "by hand, 9 of 17 bases are G or C", dna="GTAAAACGACGGCCAGT"),
    row("degree_of_unsaturation", {"degree": 4}, "benzene: a ring and three double bonds", formula="C6H6"),
    row("degree_of_unsaturation", {"degree": 6}, "caffeine: two rings and four double bonds", formula="C8H10N4O2"),
    row("combustion_balance", {"oxygen": 5, "water": 4, "carbon_dioxide": 3 * 44.0095 / 44.0956}, "propane and five oxygen",
        within=1e-3,
        formula="C3H8"),
    row("ion_mass_to_charge", {"mz": 195.0877}, "protonated caffeine, MassBank", within=1e-4, formula="C8H10N4O2",
        ion="protonated"),
    row("formula_masses", {"average": 18.015, "monoisotopic": 18.010565, "nominal": 18}, "water, IUPAC", within=5e-4,
        formula="H2O"),
    row("site_statistics", {"spacing": 4**6, "palindromic": True, "gc": 100 * 4 / 6}, "BamHI", site="GGATCC"),
    row("protein_indices", {"aliphatic": (100 + 290 + 390 + 390) / 4, "gravy": (1.8 + 4.2 + 4.5 + 3.8) / 4, "aromaticity": 0},
        "by hand, one each of A, V, I and L", protein="AVIL"),
    row("protein_properties", {"extinction": 5500 + 1490, "length": 2}, "Pace 1995: 5500 for W, 1490 for Y", protein="WY"),
    row("count_substitutions", {"distance": 2, "identity": 100 * 7 / 9}, "oxytocin against vasopressin", a="CYIQNCPLG",
        b="CYFQNCPRG"),
    row("dna_composition", {"gc": 50, "skew": 0, "purines": 2, "length": 4}, dna="ACGT"),
)  # fmt: skip

COUNTED = "by hand, counted"
BH = "Benjamini & Hochberg 1995, 15 comparisons in a trial of thrombolysis"
TRIAL = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0]
LEAST = [0.0001 * 15, 0.0004 * 15 / 2, 0.0019 * 15 / 3, 0.0095 * 15 / 4, 0.0201 * 15 / 5, 0.0298 * 15 / 7, 0.0298 * 15 / 7]
"""The first seven; 0.0278 · 15/6 is more than the next and is lowered to it."""
ADJUSTED = [*LEAST, *(p * 15 / i for i, p in enumerate(TRIAL[7:], 8))]

STATISTICS = (
    row("citation_indices", {"h": 6, "g": 10, "i10": 4, "e": sqrt(50 + 30 + 20 + 10 + 8 + 6 - 36), "total": 136, "uncited": 0},
        COUNTED,
        citations=[50, 30, 20, 10, 8, 6, 5, 4, 2, 1]),
    row("citation_concentration", {"gini": 0.25, "top_share": 40, "herfindahl": 30 / 100}, citations=[1, 2, 3, 4]),
    row("citation_concentration", {"gini": 0.5, "top_share": 100, "herfindahl": 1}, citations=[0, 1]),
    row("m_quotient", 24 / 16, h=24, years=16),
    row("journal_impact_factor", {"factor": 1200 / 400}, citations=1200, first_items=180, second_items=220, year=2023),
    row("collaboration_coefficient", 1 - (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4, authors=[1, 2, 3, 4]),
    row("lotka_authors", int(400 * 6 / pi**2 / 4), authors=400, papers=2),
    row("text_readability", {"ease": 206.835 - 1.015 * 13 / 2 - 84.6 * 14 / 13, "grade": 0.39 * 13 / 2 + 11.8 * 14 / 13 - 15.59,
                             "liau": 0.0588 * (39 / 13 * 100) - 0.296 * (2 / 13 * 100) - 15.8, "words": 13},
        "by hand, 13 words of 39 letters and 14 syllables", text="The cat sat on the mat. It was hot and the sunny day."),
    row("text_vocabulary", {"types": 3, "ratio": 3 / 5, "once": 1, "yule": 1e4 * (1 + 4 + 4 - 5) / 25},
        text="The cat and the cat."),
    row("sample_description", {"mean": 5, "median": 4.5, "deviation": sqrt(32 / 7), "standard_error": sqrt(32 / 7 / 8)},
        values=[2, 4, 4, 4, 5, 5, 7, 9]),
    row("mean_confidence_interval", {"margin": 2.3646 * sqrt(32 / 7 / 8)}, "by hand, t table", within=1e-4,
        values=[2, 4, 4, 4, 5, 5, 7, 9]),
    row("welch_t_test", {"t": -3 / sqrt(2 / 3), "freedom": 4, "difference": -3, "cohens_d": -3}, "by hand, variances of 1",
        first=[1, 2, 3], second=[4, 5, 6]),
    row("one_sample_t_test", {"t": 2 / sqrt(1 / 3)}, values=[1, 2, 3], mean=0),
    row("mann_whitney_test", {"u": 0, "p": 2 / 20, "superiority": 0}, "by hand, 2 of 20 orders are as extreme", first=[1, 2, 3],
        second=[4, 5, 6]),
    row("sample_correlation", {"pearson": 0.5, "spearman": 0.5}, first=[1, 2, 3], second=[1, 3, 2]),
    row("sample_regression", {"slope": 0.5, "intercept": 1, "determination": 0.25}, first=[1, 2, 3], second=[1, 3, 2]),
    row("two_by_two_table", {"chi_square": 200 * (20 * 90 - 80 * 10) ** 2 / (100 * 100 * 30 * 170),
        "odds_ratio": 20 * 90 / (80 * 10),
                             "risk_ratio": 2, "phi": 1000 / sqrt(100 * 100 * 30 * 170)},
        exposed_cases=20, exposed_others=80, unexposed_cases=10, unexposed_others=90),
    row("two_by_two_table", {"fisher": 34 / 70}, "Fisher's lady tasting tea", exposed_cases=3, exposed_others=1,
        unexposed_cases=1,
        unexposed_others=3),
    row("proportion_interval", {"share": 0, "lower": 0, "upper": 100 * 1.959964**2 / (10 + 1.959964**2)}, "by hand, no success",
        successes=0, trials=10),
    *(
        row("t_test_sample_size", size, "Cohen 1988, table 2.4.1", effect=effect, power=80)
        for effect, size in ((0.5, 64), (0.8, 26))
    ),
    row("multiple_testing", ADJUSTED, BH, values=TRIAL),
    row("summarise_series", {"mean": 5, "median": 4.5, "standard_deviation": sqrt(32 / 7), "range": 7,
        "variation": 20 * sqrt(32 / 7)}, numbers=[2, 4, 4, 4, 5, 5,
        7, 9]),
    row("series_percentile", 19 + 0.75 * 5, "by hand, rank 3.75 of 5", numbers=[3, 7, 7, 19, 24, 26], percent=75),
    row("series_percentile", 7, "by hand, between two sevens", numbers=[3, 7, 7, 19, 24, 26], percent=25),
    row("series_trend", {"slope": 2, "total_change": 400}, numbers=[1, 3, 5]),
    row("series_inequality", {"gini": 0.25, "largest_share": 40, "herfindahl": 0.3}, numbers=[1, 2, 3, 4]),
    row("series_correlation", 0.8, numbers=[1, 2, 3, 4, 5], other=[2, 1, 4, 3, 5]),
    row("percentage_change", 15, start=120, end=138),
    row("compound_growth", 100 * (1.4**0.2 - 1), start=1500, end=2100, years=5),
    row("doubling_time", 1 / log2(1.07), rate=7),
    row("projected_population", round(1000 * 1.02**10), population=1000, rate=2, years=10),
    row("amount_per_person", 1_200_000 / 24, amount=1_200_000, population=24),
    row("population_share", 12.5, part=1000, whole=8000),
)  # fmt: skip

OTHER = (*LOANS, *SECURITIES, *COMPANIES, *PHYSICS, *BENCH, *STATISTICS)
