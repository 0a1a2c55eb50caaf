"""DIVE: training tasks for tool-using models, made from real tool results and proven by them."""
