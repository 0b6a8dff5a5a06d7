"""Feeds of groups, themes, territories and homes, written as Atom."""
