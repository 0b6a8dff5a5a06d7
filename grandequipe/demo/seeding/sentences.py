"""Made-up texts for the crowd, as long as those of people."""

import random

FIRST = ("Aïcha", "Bruno", "Chloé", "Driss", "Élise", "Fanta", "Gaël", "Hawa", "Ismaël", "Julie")
LAST = ("Amrani", "Bernard", "Camara", "Dumas", "Fontaine", "Garcia", "Hamel", "Jourdan", "Keïta")
NOUNS = ("atelier", "chantier", "collectif", "jardin", "kiosque", "local", "marché", "projet")
VERBS = ("accueille", "accompagne", "invente", "ouvre", "partage", "raconte", "relie", "soutient")
OTHERS = ("habitants", "jeunes", "voisins", "bénévoles", "salariés", "parents", "écoliers")


def person(chance: random.Random) -> str:
    """Make up a name."""
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def sentence(chance: random.Random) -> str:
    """Make up a sentence."""
    return (
        f"Le {chance.choice(NOUNS)} de la rue voisine {chance.choice(VERBS)} les "
        f"{chance.choice(OTHERS)} et leur {chance.choice(NOUNS)}, avec l’aide du "
        f"{chance.choice(NOUNS)}."
    )


def title(chance: random.Random) -> str:
    """Make up a title."""
    return f"Le {chance.choice(NOUNS)} {chance.choice(VERBS)} les {chance.choice(OTHERS)}"


def paragraph(chance: random.Random) -> str:
    """Make up four sentences."""
    return " ".join(sentence(chance) for _ in range(4))


def body(chance: random.Random) -> str:
    """Make up three paragraphs."""
    return "".join(f"<p>{paragraph(chance)}</p>" for _ in range(3))
