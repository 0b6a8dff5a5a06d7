"""Writes of administrators that belong to no feature."""
