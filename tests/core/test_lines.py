"""A line of somebody's words within a line of ours."""

import pytest

from grandequipe.core.french import of
from grandequipe.core.lines import isolated, one_line, shortened


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("ESS Quartiers", "d’ESS Quartiers"),
        ("Jardins partagés", "de Jardins partagés"),
        ("École ouverte", "d’École ouverte"),
        ("E\u0301cole ouverte", "d’E\u0301cole ouverte"),
        ("Œuvres", "d’Œuvres"),
        ("Habitat et quartiers", "d’Habitat et quartiers"),
        ("Hauts de Rouen", "de Hauts de Rouen"),
        ("HLM", "de HLM"),
        ("Hôtel des projets", "d’Hôtel des projets"),
        ("Yvelines", "d’Yvelines"),
        ("Yoga pour tous", "de Yoga pour tous"),
        ("Onze fois", "de Onze fois"),
        ("11e arrondissement", "de 11e arrondissement"),
        ("« Agir »", "d’« Agir »"),
        ("Le Mirail", "du Mirail"),
        ("Les Jardins", "des Jardins"),
        ("La Ruche", "de La Ruche"),
        ("L’Atelier", "de L’Atelier"),
        ("Lesson", "de Lesson"),
        ("محمد", "de محمد"),
        ("邻里互助", "de 邻里互助"),
        ("🌻", "de 🌻"),
        ("", "de "),
    ],
)
def test_de_before_a_name(name: str, written: str) -> None:
    assert of(name) == written


@pytest.mark.parametrize(
    ("line", "most", "written"),
    [
        ("Mesurer sans se perdre", 22, "Mesurer sans se perdre"),
        ("Mesurer sans se perdre", 21, "Mesurer sans se…"),
        ("Mesurer sans se perdre", 16, "Mesurer sans se…"),
        ("Mesurer, sans se perdre", 12, "Mesurer…"),
        ("Anticonstitutionnellement", 10, "Anticonst…"),
        ("Un anticonstitutionnellement", 10, "Un antico…"),
        ("邻里互助邻里互助", 10, "邻里互助…"),
        ("e\u0301" * 10, 10, "e\u0301" * 4 + "…"),
        ("👩\u200d👩\u200d👧 maison", 8, "…"),
        ("🇫🇷🇫🇷🇫🇷", 4, "🇫🇷…"),
        ("", 5, ""),
    ],
)
def test_a_line_is_cut_at_a_word_and_never_within_a_sign(
    line: str, most: int, written: str
) -> None:
    assert shortened(line, most) == written


def test_only_what_goes_from_right_to_left_is_isolated() -> None:
    assert isolated("ESS Quartiers") == "ESS Quartiers"
    for line in ("محمد", "שלום", "ESS محمد"):
        assert isolated(line) == f"\u2068{line}\u2069"


def test_one_line_has_no_line_end_and_no_control() -> None:
    assert one_line(" Un\r\ngroupe\u2028de\x00 tous\x85") == "Un groupe de tous"
    assert one_line("Que faire\u202f?") == "Que faire\u202f?"
    assert one_line("Un\u200b titre\u202e de\ufeff tous") == "Un titre de tous"
