"""Reads for the pages of administrators."""
