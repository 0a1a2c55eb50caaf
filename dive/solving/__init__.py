"""Solving tasks: rollouts of a model over each task's own tools, and gold trajectories that replay the derivation."""
