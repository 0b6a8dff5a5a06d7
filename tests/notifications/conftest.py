"""The bell rings when the dispatcher has been by."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.notifications.dispatching import run_pending_handlers


@pytest.fixture
def tell(app: Flask) -> Callable[[], None]:
    """Let every waiting fact be reacted to, as the worker does."""
    return run_pending_handlers
