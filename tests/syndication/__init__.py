"""Scenes of what other programs read."""
