"""An address that no digest holds leads nowhere."""

import pytest


@pytest.mark.parametrize("key", ["%00", "a%00b", "%ff", "x" * 5_000], ids=range(4))
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_key_that_cannot_be_is_not_found(cast, visitor, key, method) -> None:
    answer = getattr(visitor, method)(f"/lettre/desabonnement/{key}")
    assert answer.status_code == 404
