"""Tools of the financial domain, one module per library."""
