"""Tools of the medical domain, one module per library."""
