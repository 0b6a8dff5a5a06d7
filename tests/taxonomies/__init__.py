"""Scenes about themes and territories."""
