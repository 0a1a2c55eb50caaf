"""Tools of the general domain, one module per library."""
