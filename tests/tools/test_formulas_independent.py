"""Formulas of medicine, statistics, physics and biology against other implementations, over random arguments."""

import datetime as dt
from itertools import combinations
from math import atan2, cos, log, radians, sin, sqrt, tan
from random import Random
from typing import Any

from formula_proofs import against, agree, call


def sample(random: Random, least: int = 4, most: int = 12) -> list[float]:
    return [round(random.gauss(20, 5), 3) for _ in range(random.randint(least, most))]


# Samples and tables ---------------------------------------------------------------------------------------------------
SAMPLES = ("welch_t_test", "one_sample_t_test", "mean_confidence_interval", "sample_regression", "proportion_interval")


@against("statsmodels (the tools use scipy)", *SAMPLES)
def test_samples_of_scipy_and_statsmodels() -> None:
    import numpy as np
    import statsmodels.api as sm
    from statsmodels.stats.proportion import proportion_confint
    from statsmodels.stats.weightstats import DescrStatsW, ttest_ind

    def two(first: list[float], second: list[float]) -> dict[str, float]:
        t, p, freedom = ttest_ind(first, second, usevar="unequal")
        return {"t": t, "p": p, "freedom": freedom}

    def line(first: list[float], second: list[float]) -> dict[str, float]:
        fit = sm.OLS(second, sm.add_constant(np.array(first))).fit()
        return {"intercept": fit.params[0], "slope": fit.params[1], "determination": fit.rsquared}

    def share(successes: int, trials: int) -> dict[str, float]:
        low, high = proportion_confint(successes, trials, method="wilson")
        return {"lower": 100 * low, "upper": 100 * high}

    def paired(random: Random) -> dict[str, Any]:
        first = sample(random)
        return {"first": first, "second": [round(x + random.gauss(0, 4), 3) for x in first]}

    agree(lambda r: {"first": sample(r), "second": sample(r)}, "welch_t_test", two)
    agree(
        lambda r: {"values": sample(r), "mean": round(r.gauss(20, 2), 2)},
        "one_sample_t_test",
        lambda values, mean: dict(zip(("t", "p"), DescrStatsW(values).ttest_mean(mean)[:2], strict=True)),
    )
    agree(
        lambda r: {"values": sample(r)},
        "mean_confidence_interval",
        lambda values: dict(zip(("lower", "upper"), DescrStatsW(values).tconfint_mean(0.05), strict=True)),
    )
    agree(paired, "sample_regression", line, rel=1e-7, ab=1e-7)
    agree(lambda r: {"successes": r.randint(0, 60), "trials": r.randint(60, 300)}, "proportion_interval", share)


@against(
    "statsmodels Table2x2 (own formula and scipy in the tools)", "relative_risk_interval", "treatment_effect", "two_by_two_table"
)
def test_two_groups_and_statsmodels() -> None:
    from statsmodels.stats.contingency_tables import Table2x2

    def trial(random: Random) -> dict[str, int]:
        sizes = {"treated": random.randint(60, 500), "control": random.randint(60, 500)}
        return {**sizes, "treated_events": random.randint(1, 50), "control_events": random.randint(1, 50)}

    def table(treated_events: int, treated: int, control_events: int, control: int) -> Any:
        return Table2x2(
            [[treated_events, treated - treated_events], [control_events, control - control_events]], shift_zeros=False
        )

    def limits(**given: int) -> dict[str, float]:
        return dict(zip(("low", "high"), table(**given).riskratio_confint(0.05), strict=True))

    agree(trial, "relative_risk_interval", limits, ab=6e-5)
    agree(
        trial,
        "treatment_effect",
        lambda **given: {"relative_risk": table(**given).riskratio, "odds_ratio": table(**given).oddsratio},
        ab=1e-6,
    )

    def cells(random: Random) -> dict[str, int]:
        names = ("exposed_cases", "exposed_others", "unexposed_cases", "unexposed_others")
        return {name: random.randint(1, 150) for name in names}

    def both(exposed_cases: int, exposed_others: int, unexposed_cases: int, unexposed_others: int) -> dict[str, float]:
        found = Table2x2([[exposed_cases, exposed_others], [unexposed_cases, unexposed_others]], shift_zeros=False)
        tested = found.test_nominal_association()
        return {
            "chi_square": tested.statistic, "p": tested.pvalue, "odds_ratio": found.oddsratio, "risk_ratio": found.riskratio
        }  # fmt: skip

    agree(cells, "two_by_two_table", both)


@against("scikit-learn (own formula in the tool)", "diagnostic_accuracy")
def test_diagnostic_accuracy_and_scikit_learn() -> None:
    from sklearn.metrics import class_likelihood_ratios, precision_recall_fscore_support

    def theirs(tp: int, fp: int, fn: int, tn: int) -> dict[str, float]:
        truth, said = [1] * (tp + fn) + [0] * (fp + tn), [1] * tp + [0] * fn + [1] * fp + [0] * tn
        positive, negative = class_likelihood_ratios(truth, said)
        precision, recall, _, _ = precision_recall_fscore_support(truth, said)
        return {
            "sensitivity": 100 * recall[1], "specificity": 100 * recall[0], "positive_predictive": 100 * precision[1],
            "negative_predictive": 100 * precision[0], "positive_ratio": positive, "negative_ratio": negative,
            "youden": sum(recall) - 1,
        }  # fmt: skip

    agree(lambda r: {name: r.randint(1, 60) for name in ("tp", "fp", "fn", "tn")}, "diagnostic_accuracy", theirs, ab=6e-5)


@against("counting people (own formula in the tools)", "predictive_values", "post_test_probability", "likelihood_ratios")
def test_tests_for_disease_and_counted_people() -> None:
    def test(random: Random) -> dict[str, float]:
        return {"sensitivity": random.randint(1, 99), "specificity": random.randint(1, 99)}

    def people(sensitivity: int, specificity: int, prevalence: int) -> dict[str, float]:
        sick, well = 100 * prevalence, 100 * (100 - prevalence)
        hit, alarm = sick * sensitivity // 100, well * (100 - specificity) // 100
        return {"positive": 100 * hit / (hit + alarm), "negative": 100 * (well - alarm) / (well - alarm + sick - hit)}

    agree(lambda r: {**test(r), "prevalence": r.randint(1, 99)}, "predictive_values", people, ab=6e-5)

    def ratios(sensitivity: int, specificity: int) -> dict[str, float]:
        a, b, c, d = sensitivity, 100 - specificity, 100 - sensitivity, specificity
        return {"positive": a / b, "negative": c / d, "odds_ratio": a * d / (b * c)}

    agree(test, "likelihood_ratios", ratios, ab=6e-5)
    agree(
        lambda r: {"pretest": r.randint(1, 99), "ratio": float(r.randint(1, 50))},
        "post_test_probability",
        lambda pretest, ratio: 100 * pretest * ratio / (pretest * ratio + 100 - pretest),
        ab=6e-5,
    )


@against("scipy.stats (the tools use statsmodels)", "multiple_testing", "t_test_sample_size")
def test_many_tests_and_power_of_statsmodels_and_scipy() -> None:
    from scipy.stats import false_discovery_control, nct, t

    agree(
        lambda r: {"values": [round(r.random() ** 3, 5) for _ in range(r.randint(2, 20))]},
        "multiple_testing",
        lambda values: list(false_discovery_control(values)),
    )

    def power(effect: float, n: int) -> float:
        freedom, shift, limit = 2 * n - 2, effect * sqrt(n / 2), t.ppf(0.975, 2 * n - 2)
        return float(nct.sf(limit, freedom, shift) + nct.cdf(-limit, freedom, shift))

    random = Random(3)
    for _ in range(40):
        effect, wanted = round(random.uniform(0.25, 1.5), 2), round(random.uniform(50, 95), 1)
        n = call("t_test_sample_size", effect=effect, power=wanted)["value"]
        assert power(effect, n) >= wanted / 100 > power(effect, n - 1), (effect, wanted)


@against("all orders counted (the tool uses scipy)", "mann_whitney_test")
def test_ranks_of_scipy_and_all_orders() -> None:
    def counted(first: list[float], second: list[float]) -> dict[str, float]:
        both, n, half = [*first, *second], len(first), len(first) * len(second) / 2
        wins = lambda chosen, others: sum(a > b for a in chosen for b in others)  # noqa: E731
        u = wins(first, second)
        every = [wins(c, [x for x in both if x not in c]) for c in combinations(both, n)]
        return {"u": u, "p": sum(abs(v - half) >= abs(u - half) for v in every) / len(every), "superiority": u / (2 * half)}

    agree(lambda r: {"first": sample(r, 3, 4), "second": sample(r, 3, 5)}, "mann_whitney_test", counted)


@against("numpy and scipy.stats", "sample_correlation", "sample_description", "summarise_series", "series_percentile")
@against("numpy", "series_trend", "series_correlation", "series_inequality", "citation_concentration")
def test_series_and_numpy() -> None:
    import numpy as np
    from scipy import stats

    def gini(values: list[float]) -> float:
        x = np.array(values, dtype=float)
        return float(np.abs(x[:, None] - x[None, :]).mean() / (2 * x.mean()))

    def pair(random: Random) -> tuple[list[float], list[float]]:
        first = sample(random)
        return first, [round(x + random.gauss(0, 4), 3) for x in first]

    agree(
        lambda r: dict(zip(("first", "second"), pair(r), strict=True)),
        "sample_correlation",
        lambda first, second: {
            "pearson": np.corrcoef(first, second)[0, 1],
            "spearman": np.corrcoef(stats.rankdata(first), stats.rankdata(second))[0, 1],
        },
    )
    agree(
        lambda r: {"values": sample(r)},
        "sample_description",
        lambda values: {
            "mean": np.mean(values), "median": np.median(values), "standard_error": stats.sem(values),
            "geometric": stats.gmean(values),
            "variation": 100 * stats.variation(values, ddof=1),
        },
    )  # fmt: skip
    agree(
        lambda r: {"numbers": sample(r)},
        "summarise_series",
        lambda numbers: {"mean": np.mean(numbers), "standard_deviation": np.std(numbers, ddof=1), "range": np.ptp(numbers)},
        rel=1e-8,
    )
    agree(
        lambda r: {"numbers": sample(r), "percent": r.randint(1, 99)},
        "series_percentile",
        lambda numbers, percent: float(np.percentile(numbers, percent)),
        rel=1e-8,
    )
    agree(
        lambda r: {"numbers": sample(r)},
        "series_trend",
        lambda numbers: {"slope": np.polyfit(range(len(numbers)), numbers, 1)[0]},
        rel=1e-7,
    )
    agree(
        lambda r: dict(zip(("numbers", "other"), pair(r), strict=True)),
        "series_correlation",
        lambda numbers, other: float(np.corrcoef(numbers, other)[0, 1]),
        rel=1e-8,
    )
    agree(lambda r: {"numbers": sample(r)}, "series_inequality", lambda numbers: {"gini": gini(numbers)}, rel=1e-7)
    agree(
        lambda r: {"citations": [r.randint(0, 90) for _ in range(r.randint(2, 30))]},
        "citation_concentration",
        lambda citations: {"gini": gini(list(map(float, citations)))},
    )


# Physics and the sky --------------------------------------------------------------------------------------------------
@against(
    "astropy.units equivalencies (scipy constants in the tools)", "photon_properties", "photon_wavelength", "special_relativity"
)
@against("astropy.coordinates.Distance (own formula in the tools)", "star_brightness", "parallax_distance")
def test_light_and_astropy() -> None:
    from astropy import units as u
    from astropy.coordinates import Distance

    def photon(wavelength: float) -> dict[str, float]:
        light = wavelength * u.nm
        units = {"energy": u.eV, "frequency": u.THz, "wavenumber": u.cm**-1}
        return {name: light.to_value(unit, u.spectral()) for name, unit in units.items()}

    agree(lambda r: {"wavelength": round(10 ** r.uniform(1, 5), 3)}, "photon_properties", photon)
    agree(
        lambda r: {"energy": 10 ** r.uniform(-2, 6)},
        "photon_wavelength",
        lambda energy: (energy * u.eV).to_value(u.nm, u.spectral()),
    )
    rest = 1 * u.GHz
    agree(
        lambda r: {"beta": round(r.uniform(0.01, 0.99), 4)},
        "special_relativity",
        lambda beta: {
            "doppler": float(rest / (beta * 299792.458 * u.km / u.s).to(u.GHz, u.doppler_relativistic(rest))) - 1
        },
        rel=1e-8,
    )  # fmt: skip
    agree(
        lambda r: {"magnitude": round(r.uniform(-2, 20), 2), "distance": 10 ** r.uniform(0, 6)},
        "star_brightness",
        lambda magnitude, distance: {"modulus": Distance(distance * u.pc).distmod.value},
        ab=1e-8,
    )
    agree(
        lambda r: {"parallax": round(r.uniform(0.5, 760), 3)},
        "parallax_distance",
        lambda parallax: {
            "parsecs": Distance(parallax=parallax * u.mas).pc,
            "light_years": Distance(parallax=parallax * u.mas).lyr,
        },
    )


@against("numerical integration of the expansion (the tools use astropy)", "redshift_distances", "redshift_times")
def test_cosmology_of_astropy_and_an_integral() -> None:
    from scipy.integrate import quad

    hubble, matter, radiation = 67.66, 0.30966, 9.1e-5  # photons and neutrinos as if without mass
    dark = 1 - matter - radiation
    rate = lambda z: sqrt(matter * (1 + z) ** 3 + radiation * (1 + z) ** 4 + dark)  # noqa: E731
    plane = lambda redshift: 299792.458 / hubble * quad(lambda z: 1 / rate(z), 0, redshift)[0]  # noqa: E731
    agree(
        lambda r: {"redshift": round(r.uniform(0.01, 8), 3), "cosmology": "Planck 2018"},
        "redshift_distances",
        lambda redshift, cosmology: {
            "comoving": plane(redshift), "luminosity": plane(redshift) * (1 + redshift),
            "angular": plane(redshift) / (1 + redshift)
        },
        rel=2e-3,
    )  # fmt: skip
    agree(
        lambda r: {"redshift": round(r.uniform(0.01, 8), 3), "cosmology": "Planck 2018"},
        "redshift_times",
        lambda redshift, cosmology: {
            "lookback": 977.7922 / hubble * quad(lambda z: 1 / ((1 + z) * rate(z)), 0, redshift)[0],
            "hubble": hubble * rate(redshift)
        },
        rel=3e-3,
    )  # fmt: skip


@against("fluids (own formula in the tool)", "standard_atmosphere")
@against("pint quantities (own formula in the tools)", "gas_density", "ideal_gas_density", "molecular_speed")
def test_air_and_gases() -> None:
    import pint
    from fluids import ATMOSPHERE_1976

    def air(height: float) -> dict[str, float]:
        found = ATMOSPHERE_1976(height)
        return {"pressure": found.P / 100, "temperature": found.T, "density": found.rho}

    agree(lambda r: {"height": round(r.uniform(-400, 20_000), 1)}, "standard_atmosphere", air, rel=2e-5)
    unit = pint.UnitRegistry()
    gas = unit.Quantity(1, "molar_gas_constant")

    def density(molar_mass: float, temperature: float, pressure: float = 1013.25) -> float:
        found = unit.Quantity(pressure, "hPa") * unit.Quantity(molar_mass, "g/mol") / (gas * unit.Quantity(temperature, "K"))
        return float(found.to("kg/m**3").magnitude)

    def speed(molar_mass: float, temperature: float) -> dict[str, float]:
        found = (3 * gas * unit.Quantity(temperature, "K") / unit.Quantity(molar_mass, "g/mol")) ** 0.5
        return {"speed": float(found.to("m/s").magnitude)}

    warm = lambda r: {"molar_mass": round(r.uniform(2, 300), 3), "temperature": round(r.uniform(200, 900), 2)}  # noqa: E731
    agree(lambda r: {**warm(r), "pressure": round(r.uniform(100, 2000), 1)}, "gas_density", density, ab=1e-7)
    agree(warm, "ideal_gas_density", lambda **given: {"density": density(**given)}, rel=1e-8)
    agree(warm, "molecular_speed", speed, rel=1e-8)


@against("Vincenty 1975 (the tools use Karney's method of pyproj)", "geodesic_distance")
def test_geodesics_of_pyproj_and_vincenty() -> None:
    def vincenty(latitude: float, longitude: float, to_latitude: float, to_longitude: float) -> dict[str, float]:
        a, f = 6_378_137.0, 1 / 298.257223563
        b, turn = a * (1 - f), radians(to_longitude - longitude)
        first, second = (atan2((1 - f) * tan(radians(phi)), 1) for phi in (latitude, to_latitude))
        lam = turn
        for _ in range(200):
            s = sqrt((cos(second) * sin(lam)) ** 2 + (cos(first) * sin(second) - sin(first) * cos(second) * cos(lam)) ** 2)
            c = sin(first) * sin(second) + cos(first) * cos(second) * cos(lam)
            sigma, alpha = atan2(s, c), cos(first) * cos(second) * sin(lam) / s
            square = 1 - alpha**2
            middle = c - 2 * sin(first) * sin(second) / square
            k = f / 16 * square * (4 + f * (4 - 3 * square))
            lam = turn + (1 - k) * f * alpha * (sigma + k * s * (middle + k * c * (2 * middle**2 - 1)))
        w = square * (a * a - b * b) / (b * b)
        big = 1 + w / 16384 * (4096 + w * (w * (320 - 175 * w) - 768))
        small = w / 1024 * (256 + w * (w * (74 - 47 * w) - 128))
        part = c * (2 * middle**2 - 1) - small / 6 * middle * (4 * s * s - 3) * (4 * middle**2 - 3)
        return {"distance": b * big * (sigma - small * s * (middle + small / 4 * part)) / 1000}

    def places(random: Random) -> dict[str, float]:
        latitude, longitude = round(random.uniform(-60, 60), 3), round(random.uniform(-90, 0), 3)
        return {
            "latitude": latitude, "longitude": longitude, "to_latitude": round(random.uniform(-60, 60), 3),
            "to_longitude": round(longitude + random.uniform(1, 100), 3),
        }  # fmt: skip

    agree(places, "geodesic_distance", vincenty, ab=1e-5)


@against("astropy AltAz (own formula in the tool)", "airmass")
@against("ephem (the tool uses astropy)", "julian_date")
def test_sky_and_other_libraries() -> None:
    import ephem
    from astropy import units as u
    from astropy.coordinates import AltAz

    agree(
        lambda r: {"altitude": round(r.uniform(15, 89), 2)},
        "airmass",
        lambda altitude: float(AltAz(alt=altitude * u.deg, az=0 * u.deg).secz),
    )
    agree(
        lambda r: {"date": (dt.date(1905, 1, 1) + dt.timedelta(days=r.randint(0, 69_000))).isoformat()},
        "julian_date",
        lambda date: {"julian": float(ephem.julian_date(date.replace("-", "/")))},
    )


@against(
    "scipy.constants (the tools use pint)", "convert_mass", "convert_volume", "convert_speed", "convert_energy", "convert_area"
)
def test_units_of_pint_and_scipy() -> None:
    from scipy import constants as si

    kinds = {
        "convert_mass": {"pounds": si.pound, "ounces": si.ounce, "troy ounces": si.troy_ounce, "kilograms": 1, "grams": si.gram,
                         "stones": si.stone, "carats": si.carat},
        "convert_volume": {"litres": si.litre, "US gallons": si.gallon_US, "imperial gallons": si.gallon_imp, "cubic metres": 1,
                           "US fluid ounces": si.fluid_ounce_US, "oil barrels": si.barrel},
        "convert_speed": {"kilometres per hour": si.kmh, "miles per hour": si.mph, "knots": si.knot, "metres per second": 1,
                          "feet per second": si.foot},
        "convert_energy": {"joules": 1, "kilocalories": si.kilo * si.calorie, "kilowatt-hours": 3.6e6, "electronvolts": si.eV,
                           "British thermal units": si.Btu},
        "convert_area": {"hectares": si.hectare, "acres": si.acre, "square kilometres": si.kilo**2, "square miles": si.mile**2,
                         "square feet": si.foot**2, "square metres": 1},
    }  # fmt: skip

    def given(random: Random, names: list[str]) -> dict[str, Any]:
        unit, target = random.sample(names, 2)
        return {"amount": round(random.uniform(0.1, 900), 2), "unit": unit, "target": target}

    for name, factors in kinds.items():
        agree(
            lambda r, names=list(factors): given(r, names),
            name,
            lambda amount, unit, target, of=factors: amount * of[unit] / of[target],
            rel=1e-6,
        )


# Molecules ------------------------------------------------------------------------------------------------------------
def protein(random: Random) -> str:
    return "".join(random.choice("ACDEFGHIKLMNPQRSTVWY") for _ in range(random.randint(5, 60)))


@against(
    "RDKit and pyteomics (the tools use Biopython)", "protein_properties", "protein_charge", "protein_indices", "dna_composition"
)
def test_sequences_of_biopython_and_other_libraries() -> None:
    from pyteomics import electrochem
    from rdkit.Chem import MolFromSequence
    from rdkit.Chem.Descriptors import MolWt

    agree(
        lambda r: {"protein": protein(r)},
        "protein_properties",
        lambda protein: {
            "weight": MolWt(MolFromSequence(protein)),
            "extinction": 5500 * protein.count("W") + 1490 * protein.count("Y"),
        },
        rel=3e-5,
    )
    agree(
        lambda r: {"protein": protein(r)},
        "protein_indices",
        lambda protein: {"gravy": electrochem.gravy(protein), "aromaticity": sum(map(protein.count, "FWY")) / len(protein)},
    )
    agree(
        lambda r: {"protein": "G" + protein(r) + "G", "ph": round(r.uniform(3, 11), 2)},
        "protein_charge",
        lambda protein, ph: {"charge": electrochem.charge(protein, ph, pK=electrochem.pK_bjellqvist)},
        ab=0.02,
    )
    agree(
        lambda r: {"dna": "".join(r.choice("ACGT") for _ in range(r.randint(4, 40)))},
        "dna_composition",
        lambda dna: {"weight": MolWt(MolFromSequence(dna, flavor=7))},
        rel=3e-5,
    )


def organic(random: Random) -> str:
    counts = {
        "C": random.randint(1, 20),
        "H": 2 * random.randint(1, 10),
        "N": 2 * random.randint(0, 2),
        "O": random.randint(0, 6),
    }
    return "".join(f"{symbol}{count}" for symbol, count in counts.items() if count)


@against("pyteomics and RDKit (the tools use molmass)", "formula_masses", "ion_mass_to_charge")
@against("RDKit on known molecules (own formula in the tool)", "degree_of_unsaturation")
def test_formulas_of_molmass_and_other_libraries() -> None:
    from pyteomics.mass import calculate_mass
    from rdkit import Chem
    from rdkit.Chem.rdMolDescriptors import CalcMolFormula

    agree(
        lambda r: {"formula": organic(r)},
        "formula_masses",
        lambda formula: {
            "monoisotopic": calculate_mass(formula=formula),
            "average": calculate_mass(formula=formula, average=True),
        },
        rel=2e-5,
    )
    proton = calculate_mass(formula="H") - 5.48579909e-4
    agree(
        lambda r: {"formula": organic(r), "ion": r.choice(["protonated", "doubly protonated", "deprotonated"])},
        "ion_mass_to_charge",
        lambda formula, ion: {
            "mz": calculate_mass(formula=formula) / (2 if "doubly" in ion else 1) + proton * (-1 if ion == "deprotonated" else 1)
        },
        ab=2e-5,
    )
    for smiles in (
        "c1ccccc1",
        "CC(=O)O",
        "C#N",
        "CN1C=NC2=C1C(=O)N(C)C(=O)N2C",
        "CC(C)Cc1ccc(cc1)C(C)C(=O)O",
        "C1CCCCC1",
        "ClCCl",
    ):
        molecule = Chem.MolFromSmiles(smiles)
        Chem.Kekulize(molecule, clearAromaticFlags=True)
        bonds = sum(int(bond.GetBondTypeAsDouble()) - 1 for bond in molecule.GetBonds())
        degree = bonds + molecule.GetRingInfo().NumRings()
        assert call("degree_of_unsaturation", formula=CalcMolFormula(molecule))["degree"] == degree, smiles


@against("summed nearest neighbours of Allawi and SantaLucia 1997 (the tool uses Biopython)", "melting_temperature")
def test_melting_of_biopython_and_the_table() -> None:
    stacks = {
        "AA": (-7.9, -22.2), "AT": (-7.2, -20.4), "TA": (-7.2, -21.3), "CA": (-8.5, -22.7), "GT": (-8.4, -22.4),
        "CT": (-7.8, -21.0), "GA": (-8.2, -22.2), "CG": (-10.6, -27.2), "GC": (-9.8, -24.4), "GG": (-8.0, -19.9),
    }  # fmt: skip
    other = str.maketrans("ACGT", "TGCA")

    def melting(dna: str, sodium: float) -> dict[str, float]:
        heat, entropy = 0.0, 0.0
        for pair in (dna[i : i + 2] for i in range(len(dna) - 1)):
            h, s = stacks[pair] if pair in stacks else stacks[pair.translate(other)[::-1]]
            heat, entropy = heat + h, entropy + s
        for end in (dna[0], dna[-1]):
            h, s = (2.3, 4.1) if end in "AT" else (0.1, -2.8)
            heat, entropy = heat + h, entropy + s
        entropy += 0.368 * (len(dna) - 1) * log(sodium / 1000)
        return {"nearest_neighbour": 1000 * heat / (entropy + 1.987 * log(250e-9)) - 273.15}

    agree(
        lambda r: {"dna": "".join(r.choice("ACGT") for _ in range(r.randint(10, 40))), "sodium": float(r.randint(20, 400))},
        "melting_temperature",
        melting,
        ab=1e-6,
    )
