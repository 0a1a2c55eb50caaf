"""Models behind one protocol: an OpenAI-compatible endpoint, a script, or weights on this machine."""
