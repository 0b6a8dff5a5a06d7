"""Words that work as the address of a site although nothing announces one: evil.example, x.com.

A letter to a stranger carries none, for mail programs make links of them and people type them.
"""

import re
import unicodedata

# Two labels joined by any of the dots that a browser takes for one (UTS #46, section 2.3).
DOTS = str.maketrans(dict.fromkeys("。．｡․﹒", "."))
JOINED = re.compile(r"(?<![\w-])[\w-]+(?:\.[\w-]+)+")
# The countries of the root zone, and what else is common in it: whole lists make addresses of
# “Assoc.ABC” and “M.Dupont”, for brands have top-level names of their own.
COUNTRY_CODES = """
    ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs
    bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee
    eg er es et eu fi fj fk fm fo fr ga gb gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk
    hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la
    lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my
    mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro
    rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk
    tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw
"""
COUNTRIES = frozenset(COUNTRY_CODES.split())
COMMON_NAMES = """
    academy agency alsace app art asso asia bank bar beauty bet bike bio biz blog bond boutique
    bzh cafe care casa cash casino cat center cfd chat church city click cloud club codes coffee
    com community company contact coop corsica cyou dating day deals design dev digital direct
    earth education email energy events example exchange expert fail family fans finance fit
    foundation fun fund fyi games gift gives gmbh gold gov gratis green group guru health help
    homes host icu immo inc info ink institute int international invalid jobs kim land law legal
    life link live llc loan local lol ltd market media men mil mobi moe money museum name net
    network news ngo ninja nyc one ong onion online org ovh page paris party pay photo photos
    pics plus post press pro pub quest radio red rent rest review rip run sale sarl sas sbs
    school science sex shop site skin social solar solutions space sport store stream studio
    support systems team tech tel test tips today tools top tours town trade training travel
    tube university uno vip vote voyage wang webcam website wiki win wine work works world wtf
    xin xxx xyz yoga zip zone
"""
COMMON = frozenset(COMMON_NAMES.split())


# What stands before a dot in a name that lacks the space: “Mme.Roche”, “M.de Villiers”, “J.La Rue”.
TITLES = frozenset(["Dr", "M", "Me", "Mlle", "Mme", "Mr", "Mrs", "Ms", "Pr"])
PARTICLES = frozenset(["da", "de", "do", "la", "le", "st"])
OF_SITES_ONLY = frozenset(["com", "info", "net", "org"])


def holds_domain(words: str) -> bool:
    """Tell whether a word is the address of a site: a label, a dot, and what the root zone knows.

    `words` has at most some thousand characters. “M.de Villiers” and “C.C.A.S.” are none.
    """
    seen = unicodedata.normalize("NFKC", words.translate(DOTS))
    return any(
        _ends_at_root(label.casefold())
        for found in JOINED.finditer(seen)
        if not _is_name(found)
        for label in found[0].split(".")[1:]
    )


def may_hold_domain(words: str) -> bool:
    """Tell whether any word could be one: also “fin.Suite”, which lacks a space."""
    return any(len(label) > 1 and not label.isdecimal() for label in _labels_after_dots(words))


def _labels_after_dots(words: str) -> list[str]:
    seen = unicodedata.normalize("NFKC", words.translate(DOTS)).casefold()
    return [label for found in JOINED.findall(seen) for label in found.split(".")[1:]]


def _ends_at_root(label: str) -> bool:
    if label in COUNTRIES or label in COMMON or label.startswith("xn--"):
        return True
    # Of the names in other scripts there are too many to list, and few names of people with a dot.
    return len(label) > 1 and label[0].isalpha() and not label[0].isascii() and not _is_latin(label)


def _is_name(found: re.Match[str]) -> bool:
    """Tell whether words with a dot are an honorific or an initial, and the name that follows.

    A name has a capital, or a particle with a word behind it; an initial alone is no sign of one,
    for sites are called x.com.
    """
    before, *names = found[0].split(".")
    if len(names) != 1 or not before[0].isupper():
        return False
    name, follows = names[0], found.string[found.end() :]
    if name.casefold() in PARTICLES and follows[:1] == " " and follows[1:2].isalpha():
        return before in TITLES or len(before) == 1
    return before in TITLES and name[0].isupper() and name.casefold() not in OF_SITES_ONLY


def _is_latin(label: str) -> bool:
    return unicodedata.name(label[0], "").startswith("LATIN")
