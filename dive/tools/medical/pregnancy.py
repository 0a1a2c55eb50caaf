"""Pregnancy dating by Naegele's rule: due date, gestational age and trimester from the last menstrual period."""

from datetime import timedelta
from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from dive.errors import bad_arguments
from dive.tools.medical.epidemiological_weeks import day_of
from dive.tools.medical.quantities import formula
from dive.tools.tool import Among, Says, Semantic

LastPeriod = Annotated[
    str,
    Semantic("time.date"),
    Among(("2025-01-01", "2025-01-19", "2025-02-11", "2025-03-08", "2025-04-02", "2025-04-30")),
    Field(description="First day of the last menstrual period, YYYY-MM-DD", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
]


class Gestation(TypedDict):
    days: Annotated[int, Says("gestational age in days", unit="days")]
    weeks: Annotated[int, Says("number of completed weeks of gestation", unit="weeks")]
    trimester: Annotated[int, Says("trimester")]


@formula(
    source="Naegele's rule (280 days); ACOG Committee Opinion 700 (2017)",
    about="a pregnancy whose last menstrual period began on {last_period}", examples=({"last_period": "2025-01-01"},),
)  # fmt: skip
def due_date(
    last_period: LastPeriod,
) -> Annotated[
    str,
    Semantic("time.date"),
    Says("due date (280 days after the last menstrual period)", high="latest", low="earliest"),
]:
    """Estimated date of delivery: 280 days after the first day of the last menstrual period."""
    return (day_of(last_period) + timedelta(days=280)).isoformat()


@formula(
    source="ACOG Committee Opinion 700 (2017)",
    about="a pregnancy whose last menstrual period began on {last_period}",
    given="as of {day}",
    examples=({"last_period": "2025-01-01", "day": "2025-05-10"},),
)
def gestational_age(
    last_period: LastPeriod,
    day: Annotated[
        str, Among(("2025-05-10", "2025-06-14", "2025-07-04", "2025-08-21", "2025-09-30")),
        Field(description="Date of the question, YYYY-MM-DD", pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
    ],
) -> Gestation:  # fmt: skip
    """Gestational age on a date in days and completed weeks, and the trimester (from 14 and from 28 completed
    weeks)."""
    days = (day_of(day) - day_of(last_period)).days
    if not 0 <= days <= 308:
        raise bad_arguments(f"{day} is {days} days after the last menstrual period; a pregnancy lasts 0 to 308 days")
    weeks = days // 7
    return {"days": days, "weeks": weeks, "trimester": 1 if weeks < 14 else 2 if weeks < 28 else 3}
