"""From tasks, solutions and verdicts to training data: selection, skins, splits, and the formats of other libraries."""
