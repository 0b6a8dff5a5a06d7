"""E-mail addresses as they are compared: one rule for whatever is looked up by one, or counted.

PostgreSQL folds a `citext` by its own table, Python by another: İ is i for the one
and i̇ for the other. What is folded here before it is asked for is folded no further by either, so
two addresses that are counted apart find two accounts, or none.
"""

from email_validator import validate_email

LONGEST_EMAIL_ADDRESS = 254  # RFC 5321 4.5.3.1.3: a path of 256 with its brackets


GMAIL = {"googlemail.com": "gmail.com"}
DOTLESS = {"gmail.com"}


def folded(address: str) -> str:
    """Write an address as every other way of writing it is compared."""
    return address.strip().lower()


def normalized(address: str) -> str:
    """Write an address as mail servers read it, in which no sign hides; raise ValueError for none.

    The domain is not looked up.
    """
    if len(address) > LONGEST_EMAIL_ADDRESS:
        raise ValueError(f"The address has more than {LONGEST_EMAIL_ADDRESS} characters.")
    valid = validate_email(
        address.strip(), check_deliverability=False, test_environment=True, allow_smtputf8=False
    )
    return valid.normalized


def canonical_address(address: str) -> str:
    """Write an address without what one may add to it: anna+news@… is read by anna@….

    Gmail looks past dots, and has a second domain (support.google.com/mail/answer/7436150 and
    /10313).
    """
    name, at, host = folded(address).rpartition("@")
    name, host = name.partition("+")[0], GMAIL.get(host, host)
    return f"{name.replace('.', '') if host in DOTLESS else name}{at}{host}"


def is_reachable(address: str) -> bool:
    """Return whether every mail server takes the part before the @: many know ASCII only."""
    return address.rpartition("@")[0].isascii()
