"""Nouns of the library: its entries, and what a reader wants to see of them."""

from grandequipe.library.models.entries import Facet, FacetValue, LibraryEntry, LibraryFilter, Sort

__all__ = ["Facet", "FacetValue", "LibraryEntry", "LibraryFilter", "Sort"]
