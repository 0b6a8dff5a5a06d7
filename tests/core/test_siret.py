"""SIRETs as people type them."""

import pytest

from grandequipe.core.siret import normalized_siret, shown_siret


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("732 829 320 00074", "73282932000074"),
        ("73282932000074", "73282932000074"),
        ("732\u00a0829\u202f320 00074", "73282932000074"),
        ("732.829.320-00074", "73282932000074"),
        ("35600000000048", "35600000000048"),  # La Poste's head office has a key
        ("356 000 000 00014", "35600000000014"),  # its sum is 20, without one
        ("35600000023450", None),
        ("73282932000075", None),
        ("73282932100074", None),
        ("7328293200007", None),
        ("732829320000744", None),
        ("00000000000000", None),
        ("٧٣٢٨٢٩٣٢٠٠٠٠٧٤", None),
        ("7328293200007²", None),
        ("FR73282932000074", None),
        ("", None),
    ],
)
def test_a_siret_is_known_by_its_keys(typed: str, digits: str | None) -> None:
    if digits is None:
        with pytest.raises(ValueError, match="SIRET"):
            normalized_siret(typed)
    else:
        assert normalized_siret(typed) == digits
        assert shown_siret(digits).replace("\u00a0", "") == digits
