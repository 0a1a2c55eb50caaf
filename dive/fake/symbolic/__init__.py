"""The policy `symbolic`: what DIVE's own planner would do with the tools of a request, said turn by turn as a model says it."""
