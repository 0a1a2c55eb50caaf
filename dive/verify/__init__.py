"""Verdicts: whether solutions are right. One deterministic grader, and a judge for names in other words."""

from dive.verify.grade import Graded, grade

__all__ = ["Graded", "grade"]
