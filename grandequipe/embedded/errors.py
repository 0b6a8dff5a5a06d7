"""What the operator can mend."""


class OperatorError(Exception):
    """Say in one line what is wrong on this machine and how to mend it."""
