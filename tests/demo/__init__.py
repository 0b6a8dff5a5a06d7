"""Scenes about the communities that the site makes up: the demo, and the crowd to measure with."""
