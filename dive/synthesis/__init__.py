"""Synthesis: sample, collect evidence, derive, gate, keep."""
