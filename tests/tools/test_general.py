"""Known true values of the general tools, from sources other than their libraries, and their error paths."""

import pytest

from dive.errors import ToolError
from dive.seeds import SeedPool
from dive.tools.pool import domain_tools

TOOLS = {tool.name: tool for tool in domain_tools("general")}


def call(tool, /, **arguments):
    return TOOLS[tool].call(arguments)


@pytest.mark.parametrize(
    ("tool", "arguments", "expected"),
    [
        ("country_by_name", {"name": "côte d'ivoire"}, {"code": "CI", "iso3": "CIV", "numeric": 384}),
        ("roman_numeral", {"year": 1994}, {"value": "MCMXCIV"}),
        ("roman_value", {"numeral": "MDCCLXXVI"}, {"value": 1776}),
        ("number_in_base", {"number": 255, "base": "binary"}, {"value": "11111111"}),
        ("number_from_base", {"digits": "777", "base": "octal"}, {"value": 511}),
        ("common_divisor", {"number": 1071, "other": 462}, {"gcd": 21, "lcm": 23562}),
        ("polynomial_roots", {"coefficients": [1, -6, 11, -6]}, {"real_roots": [1.0, 2.0, 3.0], "largest": 3.0}),
        ("derivative_at", {"expression": "x**3 - 4*x + 1", "x": 2}, {"value": 8.0}),
        ("business_day_after", {"start": "2025-04-19", "days": 1}, {"value": "2025-04-21"}),
        ("business_day_after", {"start": "2025-04-18", "days": 5}, {"value": "2025-04-25"}),
        (
            "weekday_of_month",
            {"year": 2024, "month": "November", "weekday": "Thursday", "place": "fourth"},
            {"value": "2024-11-28"},
        ),
        ("age_on", {"birth": "2004-02-29", "date": "2025-02-28"}, {"years": 20, "days_to_birthday": 1}),
        ("date_span", {"start": "2025-01-01", "end": "2025-01-13"}, {"days": 12, "weekdays": 8}),
        ("hebrew_date", {"date": "2025-09-23"}, {"year": 5786, "month": "Tishrei", "day": 1}),  # Rosh Hashanah 5786
        (
            "time_difference",
            {"zone": "Europe/London", "other": "Asia/Kathmandu", "date": "2025-01-01"},
            {"value": 5.75},
        ),
        (
            "convert_area",
            {"amount": 1, "unit": "acres", "target": "square metres"},
            {"value": 4046.8564224},
        ),  # NIST SP 811
        ("convert_mass", {"amount": 1, "unit": "pounds", "target": "grams"}, {"value": 453.59237}),
        ("word_likeness", {"word": "MARTHA", "other": "MARHTA"}, {"edits": 2, "jaro_winkler": 0.961111, "common": 5}),
        ("timezone_at", {"latitude": 48.8566, "longitude": 2.3522}, {"value": "Europe/Paris"}),
        ("legal_tender", {"country": "DE", "date": "1998-12-31"}, {"currencies": ["DEM"], "currency": "DEM"}),
        ("legal_tender", {"country": "BG", "date": "2026-06-01"}, {"currencies": ["EUR"], "currency": "EUR"}),
        ("percentage_change", {"start": 80, "end": 60}, {"value": -25.0}),
    ],
)
def test_exact(tool, arguments, expected):
    assert call(tool, **arguments) == expected


@pytest.mark.parametrize(
    ("tool", "arguments", "field", "expected", "tolerance"),
    [
        (
            "airport_distance",
            {"origin": "JFK", "destination": "LHR"},
            "distance",
            5554,
            5,
        ),  # Great Circle Mapper: 3451 mi
        (
            "geodesic_distance",
            {"latitude": 0, "longitude": 0, "to_latitude": 0, "to_longitude": 1},
            "distance",
            111.3195,
            1e-3,
        ),
        (
            "destination_point",
            {"latitude": 0, "longitude": 0, "direction": "north", "distance": 110.574},
            "latitude",
            1,
            1e-4,
        ),
        ("standard_atmosphere", {"height": 5000}, "pressure", 540.48, 0.05),  # US Standard Atmosphere 1976, table I
        ("standard_atmosphere", {"height": 15000}, "pressure", 121.11, 0.05),
        ("gas_density", {"molar_mass": 28.9644, "temperature": 288.15, "pressure": 1013.25}, "value", 1.225, 1e-4),
        ("kelvin_conversion", {"kelvin": 310.15}, "celsius", 37, 1e-6),
        ("kilometre_conversion", {"distance": 42.195}, "miles", 26.2188, 1e-3),
        ("definite_integral", {"expression": "x*exp(-x**2)", "lower": 0, "upper": 2}, "value", 0.49084218, 1e-7),
        ("summarise_series", {"numbers": [2, 4, 4, 4, 5, 5, 7, 9]}, "standard_deviation", 2.1380899, 1e-6),
        ("series_inequality", {"numbers": [1, 2, 3, 4]}, "gini", 0.25, 1e-9),
        (
            "sun_times",
            {"latitude": 51.5, "longitude": -0.13, "date": "2025-06-21"},
            "day_length",
            16.64,
            0.03,
        ),  # timeanddate.com
        ("doubling_time", {"rate": 7}, "value", 10.2448, 1e-3),
        ("h3_cell_facts", {"cell": "85194ad3fffffff"}, "resolution", 5, 0),
    ],
)
def test_numbers(tool, arguments, field, expected, tolerance):
    assert call(tool, **arguments)[field] == pytest.approx(expected, abs=tolerance)


@pytest.mark.parametrize(
    ("tool", "arguments", "code"),
    [
        ("country_facts", {"country": "ZZ"}, "not_found"),
        ("city_by_name", {"name": "Xyzzyville"}, "not_found"),
        ("city_by_name", {"name": "Paris, Nowhereland"}, "not_found"),
        ("airport_by_iata", {"iata": "QQQ"}, "not_found"),
        ("country_airports", {"country": "US"}, "too_large"),
        ("language_by_name", {"name": "Blorptish"}, "not_found"),
        ("utc_offset", {"zone": "Mars/Olympus", "date": "2025-01-01"}, "not_found"),
        ("utc_offset", {"zone": "Europe/Paris", "date": "2025-02-30"}, "bad_arguments"),
        ("date_span", {"start": "2025-02-01", "end": "2025-01-01"}, "bad_arguments"),
        ("derivative_at", {"expression": "__import__('os').getcwd()", "x": 1}, "bad_arguments"),
        ("derivative_at", {"expression": "9**9**9", "x": 1}, "bad_arguments"),
        ("definite_integral", {"expression": "1/x", "lower": 0, "upper": 2}, "bad_arguments"),
        ("roman_value", {"numeral": "IIII"}, "bad_arguments"),
        ("series_correlation", {"numbers": [1, 2], "other": [1, 2, 3]}, "bad_arguments"),
        ("series_correlation", {"numbers": [1, 1], "other": [1, 2]}, "bad_arguments"),
        ("convert_mass", {"amount": 1, "unit": "pounds", "target": "pounds"}, "bad_arguments"),
        ("airport_distance", {"origin": "LHR", "destination": "LHR"}, "bad_arguments"),
        ("public_holidays", {"country": "DE", "year": 1066}, "bad_arguments"),
        ("h3_cell_facts", {"cell": "000000000000000"}, "not_found"),
        ("phone_number_facts", {"number": "+9990000000"}, "bad_arguments"),  # no such country code
        ("phone_number_facts", {"number": "+12000000000"}, "not_found"),  # no such area code
        ("url_parts", {"url": "nonsense"}, "bad_arguments"),
    ],
)
def test_errors(tool, arguments, code):
    with pytest.raises(ToolError) as caught:
        call(tool, **arguments)
    assert caught.value.code == code


def test_country_facts_know_today_s_capitals():
    facts = call("country_facts", country="KZ")
    assert (facts["capital"], facts["currency"]) == ("Astana", "KZT")
    assert call("country_facts", country="BG")["currency"] == "EUR"
    assert call("country_facts", country="US")["capital"] == "Washington"


def test_every_capital_leads_back_to_its_country():
    from dive.tools.general.gazetteer import capital_record, city_label, city_record, countries

    for code in countries():
        found = capital_record(code)
        if found:
            assert city_record(city_label(found)) is found


def test_a_bare_city_name_is_the_most_populous_one():
    assert call("city_by_name", name="London")["country"] == "GB"
    assert call("city_by_name", name="London, Canada")["country"] == "CA"
    assert call("city_by_name", name="zurich")["timezone"] == "Europe/Zurich"


def test_lists_are_ordered():
    people = [row["population"] for row in call("country_neighbours", country="DE")["neighbours"]]
    assert len(people) == 9
    assert people == sorted(people, reverse=True)
    cities = [row["name"] for row in call("largest_cities", country="BR")["cities"]]
    assert cities[:2] == ["São Paulo", "Rio de Janeiro"]
    assert "Brooklyn" not in [row["name"] for row in call("largest_cities", country="US")["cities"]]
    distances = [row["distance"] for row in call("airports_near", latitude=51.51, longitude=-0.13, radius=75)["airports"]]
    assert distances == sorted(distances)


def test_german_holidays_of_2025():
    days = {row["date"]: row["weekday"] for row in call("public_holidays", country="DE", year=2025)["holidays"]}
    assert len(days) == 9
    assert days["2025-04-18"] == "Friday"
    assert "2025-10-03" in days
    bavaria = [row["date"] for row in call("region_holidays", region="DE-BY", year=2025)["extra"]]
    assert {"2025-01-06", "2025-06-19", "2025-11-01"} <= set(bavaria)


def test_regions_that_tasks_start_from_are_in_iso_3166_and_have_holidays():
    regions = SeedPool.default().by_semantic["geo.subdivision"]
    assert len(regions) > 200
    for seed in regions:
        assert call("region_facts", region=seed.value)["country"] == seed.value[:2]
        assert call("region_holidays", region=seed.value, year=2025)["total"] > 0


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Viet Nam", "VN"), ("the United States of America", "US"), ("RUSSIAN FEDERATION", "RU"), ("Czech Republic", "CZ"),
        ("Czechia", "CZ"), ("Holy See", "VA"), ("Republic of Korea", "KR"), ("South Korea", "KR"), ("Congo", "CG"),
        ("Democratic Republic of the Congo", "CD"),
    ],
)  # fmt: skip
def test_countries_are_found_by_the_names_that_people_type(name, code):
    assert call("country_by_name", name=name)["code"] == code


def test_other_names_are_not_those_of_another_country():
    from dive.tools.general.gazetteer import OTHER_NAMES, countries, country_named

    assert set(OTHER_NAMES) <= set(countries())
    assert all(country_named(name)["iso"] == code for code, names in OTHER_NAMES.items() for name in names)


def test_working_days_use_the_weekend_of_the_country():
    assert call("working_days", country="PL", start="2025-05-01", end="2025-05-31")["working_days"] == 21


def test_easter_and_seasons():
    assert call("year_facts", year=2024)["easter"] == "2024-03-31"
    assert call("year_facts", year=2024)["orthodox_easter"] == "2024-05-05"
    assert call("year_seasons", year=2024) == {
        "march_equinox": "2024-03-20",
        "june_solstice": "2024-06-20",
        "september_equinox": "2024-09-22",
        "december_solstice": "2024-12-21",
    }


def test_date_facts():
    facts = call("date_facts", date="2000-01-01")
    assert (facts["julian_day"], facts["weekday"], facts["iso_week"]) == (2451545, "Saturday", 52)


def test_polar_night_and_day():
    night = call("sun_times", latitude=78.2, longitude=15.6, date="2025-01-01")
    assert (night["day_length"], night["sunrise"]) == (0.0, None)
    assert call("sun_times", latitude=78.2, longitude=15.6, date="2025-06-21")["day_length"] == 24.0


def test_clock_changes_of_the_european_union():
    changes = call("clock_changes", zone="Europe/Paris", year=2025)["changes"]
    assert [row["date"] for row in changes] == ["2025-03-30", "2025-10-26"]


def test_factors():
    found = call("factor_integer", number=600851475143)["factors"]
    assert [row["prime"] for row in found] == [71, 839, 1471, 6857]  # Project Euler 3


def test_chains_across_modules():
    airport = call("airport_by_iata", iata="LPB")
    air = call("standard_atmosphere", height=airport["elevation"])
    assert call("kelvin_conversion", kelvin=air["temperature"])["celsius"] < 0
    assert call("country_facts", country=airport["country"])["currency"] == "BOB"
    assert call("utc_offset", zone=airport["timezone"], date="2025-01-01")["offset"] == -4
