"""Tools of the academic domain, one module per library."""
