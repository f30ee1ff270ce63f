"""The trackers of a product's team: what comes from there, and what is said there."""
