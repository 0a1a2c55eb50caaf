"""Verdicts: whether solutions are right. One deterministic grader, also the reward, and a judge for names in other words."""

from dive.verify.grade import Graded, grade
from dive.verify.judge import Judge, Opinion, Seat
from dive.verify.phrasings import gold_faults, phrasings
from dive.verify.report import VerifyReport
from dive.verify.run import VerifySettings, verify_run

__all__ = [
    "Graded",
    "Judge",
    "Opinion",
    "Seat",
    "VerifyReport",
    "VerifySettings",
    "gold_faults",
    "grade",
    "phrasings",
    "verify_run",
]
