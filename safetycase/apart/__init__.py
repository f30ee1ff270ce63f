"""Where the two sides of a product are apart, and whether they come closer."""
