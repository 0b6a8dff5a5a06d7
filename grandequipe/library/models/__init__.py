"""Nouns of the library: its entries, what a reader wants to see of them, and collections."""

from grandequipe.library.models.collections import (
    AUDIENCES,
    LONGEST_DESCRIPTION,
    LONGEST_NOTE,
    LONGEST_TITLE,
    MOST_COLLECTIONS,
    MOST_FOLLOWS,
    MOST_ITEMS,
    Audience,
    Collection,
    CollectionFollow,
    CollectionInput,
    CollectionItem,
)
from grandequipe.library.models.entries import Facet, FacetValue, LibraryEntry, LibraryFilter, Sort

__all__ = [
    "AUDIENCES",
    "LONGEST_DESCRIPTION",
    "LONGEST_NOTE",
    "LONGEST_TITLE",
    "MOST_COLLECTIONS",
    "MOST_FOLLOWS",
    "MOST_ITEMS",
    "Audience",
    "Collection",
    "CollectionFollow",
    "CollectionInput",
    "CollectionItem",
    "Facet",
    "FacetValue",
    "LibraryEntry",
    "LibraryFilter",
    "Sort",
]
