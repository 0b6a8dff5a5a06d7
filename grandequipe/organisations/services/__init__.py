"""Writes of organisations: who belongs, who runs them, and requests to run one."""

from grandequipe.organisations.services.belonging import (
    allow_again,
    confirm_belonging,
    refuse_belonging,
)
from grandequipe.organisations.services.claims import (
    accept_claim,
    claim_by_address,
    claim_by_word,
    mail_proof,
    open_key,
    refuse_claim,
)
from grandequipe.organisations.services.roles import (
    add_manager,
    invite_manager,
    make_manager,
    remove_manager,
)

__all__ = [
    "accept_claim",
    "add_manager",
    "allow_again",
    "claim_by_address",
    "claim_by_word",
    "confirm_belonging",
    "invite_manager",
    "mail_proof",
    "make_manager",
    "open_key",
    "refuse_belonging",
    "refuse_claim",
    "remove_manager",
]
