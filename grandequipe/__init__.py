"""A community platform for people who act in neighbourhoods, which they host themselves."""

__version__ = "0.1.0"
