"""Errors that the operator can fix."""


class OperatorError(Exception):
    """An error with a message of one line: what is wrong on this machine, and how to fix it."""
