"""Tools of the biological domain, one module per library."""
