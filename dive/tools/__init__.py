"""Tools: what they are, where they are kept, how they are run and recorded."""
