"""What French does to a name that stands after "de"."""

import unicodedata

ARTICLES = {"le ": "du ", "les ": "des "}
VOWELS = ("a", "e", "i", "o", "u")
# An h that is not heard, in words that names of groups begin with; every other one is heard.
MUTE_H = (
    "habi", "harmon", "hebdo", "heberg", "heli", "herb", "herit", "heur", "hexag", "hisp", "histo",
    "hiver", "homm", "honn", "honor", "hopit", "horizon", "horlog", "horti", "hospi", "hote",
    "huil", "huma", "humi", "hydr", "hyg", "hyper", "hypo",
)  # fmt: skip
# Vowels before which nothing is left out: le onze, le oui, le ouistiti, le yaourt.
HEARD = ("onz", "oui", "uhl", "ulul")
MARKS = "«“‘\"'’([ \u00a0\u202f\u2068"
LOOKED_AT = 40


def of(name: str) -> str:
    """Write "de" before a name: d’ESS Quartiers, d’Habitat, du Mirail, des Jardins, de La Ruche."""
    for article, contracted in ARTICLES.items():
        if name.casefold().startswith(article):
            return contracted + name[len(article) :]
    return f"d’{name}" if _begins_mute(name) else f"de {name}"


def _begins_mute(name: str) -> bool:
    heard = name.casefold()[:LOOKED_AT].lstrip(MARKS).replace("œ", "oe").replace("æ", "ae")
    characters = unicodedata.normalize("NFD", heard)
    plain = "".join(sign for sign in characters if unicodedata.category(sign)[0] != "M")
    if plain.startswith("y"):
        return not plain[1:].startswith(VOWELS)
    return plain.startswith(MUTE_H) or (plain.startswith(VOWELS) and not plain.startswith(HEARD))
