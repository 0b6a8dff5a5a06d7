"""Loading the demo community."""

from grandequipe.core.transactions import atomic
from grandequipe.demo.loading import (
    DEMO_ACCOUNTS as DEMO_ACCOUNTS,
    DEMO_PASSWORD as DEMO_PASSWORD,
    is_empty as is_empty,
    write_community,
)


def load_demo() -> None:
    """Write the demo community in one transaction; raise Conflict if there are members."""
    with atomic():
        write_community()


def describe_accounts() -> str:
    """Return the lines with the accounts and the password."""
    width = max(len(email) for email, _, _ in DEMO_ACCOUNTS)
    lines = [f"  {email:{width}}  {name}, {role}" for email, name, role in DEMO_ACCOUNTS]
    return "\n".join([f"Demo accounts, all with the password {DEMO_PASSWORD}", *lines])
