"""Gold conversations: right ones, written from the derivations of tasks without a model."""
