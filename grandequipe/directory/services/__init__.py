"""Writes of the directory."""

from grandequipe.directory.services import experience, introductions, messages

__all__ = ["experience", "introductions", "messages"]
