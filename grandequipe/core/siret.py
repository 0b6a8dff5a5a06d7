"""SIRET: the number of an establishment of an organisation in the French register (INSEE).

Fourteen digits: the nine of the SIREN, then five of the establishment. The last of each is a key
by the formula of Luhn (ISO/IEC 7812-1). La Poste alone has more establishments than five digits
with a key can number: the sum of the digits of its numbers is a multiple of five instead
(https://www.sirene.fr/static-resources/documentation/v_sommaire_311.htm).
"""

LENGTH = 14
SIREN_LENGTH = 9
LA_POSTE = "356000000"
# What people type between groups of digits: spaces that break a line or not, points and hyphens.
BETWEEN = str.maketrans(dict.fromkeys(" \t\u00a0\u202f\u2009.-"))


def normalized_siret(typed: str) -> str:
    """Give the fourteen digits of a SIRET as it is typed; raise ValueError where it is none."""
    digits = typed.translate(BETWEEN)
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdecimal()):
        raise ValueError("A SIRET has fourteen digits.")
    siren = digits[:SIREN_LENGTH]
    is_numbered = siren.strip("0") != "" and _has_key(siren)
    is_of_la_poste = siren == LA_POSTE and sum(map(int, digits)) % 5 == 0
    if not is_numbered or not (_has_key(digits) or is_of_la_poste):
        raise ValueError("The key of this SIRET is wrong.")
    return digits


def shown_siret(siret: str) -> str:
    """Write the fourteen digits of a SIRET in groups, as the register does."""
    return "\u00a0".join((siret[:3], siret[3:6], siret[6:9], siret[9:]))


def _has_key(digits: str) -> bool:
    """Return whether the last digit is the key of the others, by the formula of Luhn."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
