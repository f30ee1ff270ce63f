"""Synthetic products of any size, for measuring: not the demonstration, and nobody's real log."""
