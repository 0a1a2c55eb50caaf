"""Body size and energy: surface area, mass index, ideal weight, resting energy, each by its published formula."""

import math
from typing import Annotated, Literal

from pydantic import Field

from dive.errors import bad_arguments
from dive.tools.medical.quantities import Age, Bmi, Height, Sex, Weight, formula
from dive.tools.tool import Among, Says, Semantic

PERSON = "a person with body weight {weight} and height {height}"


@formula(
    source="Keys et al., J Chronic Dis 1972;25:329", about=PERSON, examples=({"weight": 70, "height": 175},)
)  # fmt: skip
def body_mass_index(
    weight: Weight, height: Height
) -> Annotated[float, Semantic("med.bmi"), Says("body mass index", unit="kg/m²", digits=1)]:
    """Body mass index from weight and height (Keys 1972): weight in kg over the square of height in m."""
    return round(weight / (height / 100) ** 2, 4)


@formula(
    source="WHO Technical Report Series 894 (2000), table 2.1",
    about="an adult with body mass index {bmi}",
    examples=({"bmi": 31.2}, {"bmi": 18.4}),
)
def weight_class(bmi: Bmi) -> Annotated[str, Says("WHO weight class")]:
    """WHO weight class of an adult with a body mass index (TRS 894): underweight to obese class III."""
    bounds = (
        (18.5, "underweight"),
        (25, "normal range"),
        (30, "pre-obese"),
        (35, "obese class I"),
        (40, "obese class II"),
    )
    return next((name for bound, name in bounds if bmi < bound), "obese class III")


@formula(
    source="Mosteller, NEJM 1987;317:1098; Du Bois and Du Bois, Arch Intern Med 1916;17:863; Haycock et al., J "
    "Pediatr 1978;93:62",
    about=PERSON,
    examples=({"weight": 70, "height": 175, "method": "Mosteller"}, {"weight": 70, "height": 175, "method": "Du Bois"}),
)
def body_surface_area(
    weight: Weight,
    height: Height,
    method: Annotated[Literal["Mosteller", "Du Bois", "Haycock"], Field(description="Formula")],
) -> Annotated[
    float,
    Semantic("med.bsa"),
    Says("{method} body surface area of a person with body weight {weight} and height {height}", unit="m²", digits=2),
]:
    """Body surface area from weight and height, by the formula of Mosteller, Du Bois or Haycock.

    √(W·H/3600); 0.007184·W^0.425·H^0.725; 0.024265·W^0.5378·H^0.3964, with W in kg and H in cm.
    """
    areas = {
        "Mosteller": math.sqrt(weight * height / 3600), "Du Bois": 0.007184 * weight**0.425 * height**0.725,
        "Haycock": 0.024265 * weight**0.5378 * height**0.3964,
    }  # fmt: skip
    return round(areas[method], 4)


@formula(
    source="Devine, Drug Intell Clin Pharm 1974;8:650",
    about="a {sex} patient with height {height}",
    examples=({"sex": "male", "height": 175},),
)
def ideal_body_weight(
    sex: Sex,
    height: Annotated[
        float,
        Says("height", unit="cm"),
        Among((154, 158, 163, 167, 172, 176, 181, 188)),
        Field(description="Height in cm, above five feet", gt=152.4, le=230),
    ],
) -> Annotated[float, Semantic("med.weight"), Says("Devine ideal body weight", unit="kg", digits=1)]:
    """Ideal body weight by Devine: 50 kg for men or 45.5 kg for women, plus 2.3 kg for each inch above five feet."""
    return round((50.0 if sex == "male" else 45.5) + 2.3 * (height / 2.54 - 60), 4)


@formula(
    source="Bauer et al., Eur J Clin Pharmacol 1983;24:643; factor 0.4 as in Traynor et al., Antimicrob Agents Chemother "
    "1995;39:545",
    about="a patient with actual body weight {actual} and ideal body weight {ideal}",
    examples=({"actual": 118, "ideal": 70.5},),
    revision=2,
)
def adjusted_body_weight(
    actual: Annotated[
        float,
        Says("actual body weight", unit="kg"),
        Among((96, 104, 112, 118, 127, 140)),
        Field(description="Actual body weight in kg", gt=1, le=400),
    ],
    ideal: Annotated[
        float,
        Semantic("med.weight"),
        Says("ideal body weight", unit="kg"),
        Among((50, 56, 61, 66, 71, 75)),
        Field(description="Ideal body weight in kg", gt=1, le=150),
    ],
) -> Annotated[float, Semantic("med.weight"), Says("adjusted body weight (factor 0.4)", unit="kg", digits=1)]:
    """Adjusted body weight for dosing in obesity: ideal weight plus 40 % of the excess."""
    if actual < ideal:
        raise bad_arguments("the weight is adjusted only where actual weight exceeds ideal weight")
    return round(ideal + 0.4 * (actual - ideal), 4)


@formula(
    source="Boer, Am J Physiol 1984;247:F632", about="a {sex} patient with body weight {weight} and height {height}",
    examples=({"sex": "female", "weight": 68, "height": 167},), revision=2,
)  # fmt: skip
def lean_body_mass(
    sex: Sex, weight: Weight, height: Height
) -> Annotated[float, Says("Boer lean body mass", unit="kg", digits=1)]:
    """Lean body mass by Boer: 0.407 W + 0.267 H - 19.2 for men, 0.252 W + 0.473 H - 48.3 for women."""
    mass = 0.407 * weight + 0.267 * height - 19.2 if sex == "male" else 0.252 * weight + 0.473 * height - 48.3
    if mass >= weight:
        raise bad_arguments(f"Boer's equation does not hold for {weight} kg and {height} cm: it gives more than the body weight")
    return round(mass, 4)


@formula(
    source="Deurenberg et al., Br J Nutr 1991;65:105", about="a {age}-year-old {sex} adult with body mass index {bmi}",
    examples=({"age": 45, "sex": "male", "bmi": 26.5},), revision=2,
)  # fmt: skip
def body_fat(age: Age, sex: Sex, bmi: Bmi) -> Annotated[float, Says("Deurenberg body fat percentage", unit="%", digits=1)]:
    """Body fat percentage by Deurenberg: 1.20 BMI + 0.23 age - 10.8 for men - 5.4."""
    percent = 1.20 * bmi + 0.23 * age - (10.8 if sex == "male" else 0) - 5.4
    if not 0 < percent < 100:
        raise bad_arguments(f"Deurenberg's equation does not hold for a body mass index of {bmi}: it gives {percent:.1f} %")
    return round(percent, 4)


@formula(
    source="Mifflin et al., Am J Clin Nutr 1990;51:241; Roza and Shizgal, Am J Clin Nutr 1984;40:168",
    about="a {age}-year-old {sex} person with body weight {weight} and height {height}",
    examples=({"age": 40, "sex": "male", "weight": 70, "height": 175, "equation": "Mifflin-St Jeor"},),
)  # fmt: skip
def resting_energy(
    age: Age,
    sex: Sex,
    weight: Weight,
    height: Height,
    equation: Annotated[Literal["Mifflin-St Jeor", "revised Harris-Benedict"], Field(description="Equation")],
) -> Annotated[
    float,
    Semantic("med.energy"),
    Says(
        "{equation} resting energy expenditure of a {age}-year-old {sex} person with body weight {weight} and height {height}",
        unit="kcal/day",
        digits=0,
    ),
]:
    """Resting energy expenditure by Mifflin-St Jeor, or by Harris-Benedict as revised by Roza and Shizgal."""
    if equation == "Mifflin-St Jeor":
        return round(10 * weight + 6.25 * height - 5 * age + (5 if sex == "male" else -161), 4)
    if sex == "male":
        return round(88.362 + 13.397 * weight + 4.799 * height - 5.677 * age, 4)
    return round(447.593 + 9.247 * weight + 3.098 * height - 4.330 * age, 4)


@formula(
    source="FAO/WHO/UNU, Human energy requirements (2004): physical activity level",
    about="a person with resting energy expenditure {resting} and physical activity level {activity}",
    examples=({"resting": 1598.75, "activity": 1.55},),
)  # fmt: skip
def total_energy(
    resting: Annotated[
        float,
        Semantic("med.energy"),
        Says("resting energy expenditure", unit="kcal/day"),
        Among((1180, 1290, 1420, 1560, 1680, 1810)),
        Field(description="Resting energy in kcal/day", gt=300, le=5000),
    ],
    activity: Annotated[
        float,
        Says("physical activity level"),
        Among((1.4, 1.55, 1.7, 1.85, 2.0)),
        Field(description="Physical activity level", ge=1, le=3),
    ],
) -> Annotated[float, Says("total energy expenditure", unit="kcal/day", digits=0)]:
    """Total daily energy expenditure as resting energy expenditure times the physical activity level."""
    return round(resting * activity, 4)
