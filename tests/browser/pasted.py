"""What other programs put on the clipboard, as they write it, and what a text keeps of it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Pasted:
    """A copy: its HTML and its words, either of which may be missing, and what is kept."""

    kept: str
    html: str = ""
    words: str = ""


WORD_HEAD = (
    "<html xmlns:v='urn:schemas-microsoft-com:vml' xmlns:o='urn:schemas-microsoft-com:office:"
    "office' xmlns:w='urn:schemas-microsoft-com:office:word'><head><meta charset=utf-8>"
    "<meta name=Generator content='Microsoft Word 15'><!--[if gte mso 9]><xml><w:WordDocument>"
    "<w:View>Normal</w:View></w:WordDocument></xml><![endif]--><style><!--\np.MsoNormal"
    "{margin:0cm;font-size:11.0pt}\n@list l0:level1{mso-level-number-format:bullet}\n-->"
    "</style></head><body lang=FR link='#0563C1' style='tab-interval:35.4pt'><!--StartFragment-->"
)
WORD_TAIL = "<!--EndFragment--></body></html>"


def word_item(words: str, level: int = 1, sign: str = "·", position: str = "Middle") -> str:
    """Write an item of a list as Word does: a paragraph that says so in its style."""
    style = f"margin-left:{36 * level}pt;text-indent:-18.0pt;mso-list:l0 level{level} lfo1"
    return (
        f"<p class=MsoListParagraphCxSp{position} style='{style}'><![if !supportLists]>"
        "<span style='font-family:Symbol;mso-fareast-font-family:Symbol'>"
        f"<span style='mso-list:Ignore'>{sign}<span style='font:7.0pt \"Times New Roman\"'>"
        "&nbsp;&nbsp;&nbsp;&nbsp; </span></span></span><![endif]>"
        f"{words}<o:p></o:p></p>\n\n"
    )


GOOGLE = (
    '<meta charset=\'utf-8\'><meta charset="utf-8"><b style="font-weight:normal;" '
    'id="docs-internal-guid-1f0e">{}</b><br class="Apple-interchange-newline">'
)
LINE = "line-height:1.38;margin-top:0pt;margin-bottom:0pt;"


def google_words(words: str, style: str = "font-weight:400;") -> str:
    """Write some words as Google Docs does: all that is said of them is in a style."""
    return (
        f'<span style="font-size:11pt;font-family:Arial,sans-serif;color:#000000;{style}'
        f'text-decoration:none;vertical-align:baseline;white-space:pre-wrap;">{words}</span>'
    )


def google_item(words: str, level: int = 1) -> str:
    """Write an item of a list: a paragraph in it, its level beside it."""
    return (
        f'<li dir="ltr" style="list-style-type:disc;font-weight:400;" aria-level="{level}">'
        f'<p dir="ltr" style="{LINE}" role="presentation">{google_words(words)}</p></li>'
    )


PASTED = {
    "Word": Pasted(
        html=WORD_HEAD
        + "<h1>Évaluer<o:p></o:p></h1>\n\n<p class=MsoNormal>Le <b>bilan</b> de\n<i>Lyon</i>, "
        "<s>10</s> 12<span\nclass=GramE> ans</span>\u00a0: <a href='https://avise.org/'>"
        "<span style='color:blue'>Avise</span></a>, 10<sup>3</sup> et H<sub>2</sub>O<o:p></o:p>"
        "</p>\n\n<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n\n"
        + word_item("Premier", position="First")
        + word_item("Dedans", level=2, sign="o")
        + word_item("Deuxième", position="Last")
        + "<p class=MsoNormal>Puis<o:p></o:p></p>\n\n"
        + word_item("Un", sign="1.", position="First")
        + word_item("Deux", sign="2.", position="Last")
        + "<table class=MsoTableGrid border=1><tr><td width=300 valign=top><p class=MsoNormal>"
        "<b>Ville</b><o:p></o:p></p></td><td><p class=MsoNormal>2024<o:p></o:p></p></td></tr>"
        "<tr><td><p class=MsoNormal>Lyon<o:p></o:p></p></td><td><p class=MsoNormal>12<o:p></o:p>"
        "</p></td></tr></table>" + WORD_TAIL,
        words="Évaluer\r\nLe bilan…",
        kept="<h2>Évaluer</h2><p>Le <strong>bilan</strong> de <em>Lyon</em>, <del>10</del> 12 ans"
        '&nbsp;: <a href="https://avise.org/">Avise</a>, 10<sup>3</sup> et H<sub>2</sub>O</p>'
        "<ul><li>Premier<ul><li>Dedans</li></ul></li><li>Deuxième</li></ul><p>Puis</p>"
        "<ol><li>Un</li><li>Deux</li></ol><p><strong>Ville</strong> | 2024</p><p>Lyon | 12</p>",
    ),
    "Word, its lists behind comments": Pasted(
        html="<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><!--[if !supportLists]-->"
        "<span style='mso-list:Ignore'>a)<span>&nbsp;&nbsp; </span></span><!--[endif]-->un</p>"
        "<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><!--[if !supportLists]-->"
        "<span style='mso-list:Ignore'>b)<span>&nbsp;&nbsp; </span></span><!--[endif]-->deux</p>",
        kept="<ol><li>un</li><li>deux</li></ol>",
    ),
    "Word, a list that goes on": Pasted(
        html=WORD_HEAD
        + word_item("quatre", sign="4.", position="First")
        + word_item("cinq", sign="5.", position="Last")
        + WORD_TAIL,
        kept="<p>4. quatre</p><p>5. cinq</p>",
    ),
    "Google Docs": Pasted(
        html=GOOGLE.format(
            f'<p dir="ltr" style="{LINE}">{google_words("Le ")}'
            f"{google_words('bilan', 'font-weight:700;')}{google_words(' de ')}"
            f"{google_words('Lyon', 'font-weight:400;font-style:italic;')}"
            '<span style="text-decoration:line-through;">10</span>'
            '<span style="font-size:0.6em;vertical-align:super;">3</span> '
            '<a href="https://avise.org/" style="text-decoration:none;"><span style="color:#1155cc;'
            'text-decoration:underline;">Avise</span></a></p><br>'
            '<ul style="margin-top:0;">'
            + google_item("un")
            + f"<ul>{google_item('dedans', 2)}</ul>"
            + google_item("deux")
            + f'</ul><h3 dir="ltr">{google_words("Suite")}</h3>'
        ),
        words="Le bilan de Lyon…",
        kept="<p>Le <strong>bilan</strong> de <em>Lyon</em><del>10</del><sup>3</sup> "
        '<a href="https://avise.org/">Avise</a></p><ul><li>un<ul><li>dedans</li></ul></li>'
        "<li>deux</li></ul><h3>Suite</h3>",
    ),
    "LibreOffice": Pasted(
        html='<!DOCTYPE html><html><head><meta http-equiv="content-type" content="text/html; '
        'charset=utf-8"/><title></title><meta name="generator" content="LibreOffice 24.8 (Linux)"/>'
        '<style type="text/css">p { margin-bottom: 0.25cm; line-height: 115% }</style></head>'
        '<body lang="fr-FR" link="#000080" dir="ltr"><p style="margin-bottom: 0cm">Le '
        "<b>bilan</b>, <i>Lyon</i>,\n<strike>10</strike> <u>12</u> 10<sup>3</sup></p>"
        '<ul><li><p style="margin-bottom: 0cm">un</p><ul><li><p>dedans</p></li></ul></li>'
        "<li><p>deux</p></li></ul><ol><li><p>trois</p></li></ol>"
        '<p><a href="https://avise.org/">Avise</a><br/>\nfin</p></body></html>',
        words="Le bilan…",
        kept="<p>Le <strong>bilan</strong>, <em>Lyon</em>, <del>10</del> <u>12</u> 10<sup>3</sup>"
        "</p><ul><li>un<ul><li>dedans</li></ul></li><li>deux</li></ul><ol><li>trois</li></ol>"
        '<p><a href="https://avise.org/">Avise</a><br>fin</p>',
    ),
    "Outlook": Pasted(
        html=WORD_HEAD
        + "<p class=MsoNormal><span lang=EN-US style='mso-fareast-language:EN-US'>Bonjour,"
        "<o:p></o:p></span></p><p class=MsoNormal><span style='font-weight:bold'>De\u00a0:</span> "
        "Jean &lt;<a href='mailto:jean@example.org'>jean@example.org</a>&gt;<br>Objet\u00a0: a"
        "<o:p></o:p></p>" + WORD_TAIL,
        kept="<p>Bonjour,</p><p><strong>De&nbsp;:</strong> Jean &lt;"
        '<a href="mailto:jean@example.org">jean@example.org</a>&gt;<br>Objet&nbsp;: a</p>',
    ),
    "a mail on the web": Pasted(
        html="<div dir='ltr'><div>Bonjour,</div><div>ligne</div><div><br></div><div>Jean"
        "<span class='Apple-converted-space'>\u00a0</span>Dupont</div></div>",
        kept="<p>Bonjour,<br>ligne</p><p>Jean Dupont</p>",
    ),
    "Excel": Pasted(
        html="<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><style>\n<!--table\n"
        "\t{mso-displayed-decimal-separator:'\\,';}\n.xl65 {font-weight:700}\n--></style></head>"
        "<body><table border=0 cellpadding=0 style='border-collapse:collapse;width:144pt'>"
        "<!--StartFragment--><col width=80 span=3 style='width:60pt'>\n <tr height=20>\n"
        "  <td height=20 style='height:15pt;font-weight:700'>Ville</td>\n  <td>2023</td>\n"
        "  <td>2024</td>\n </tr>\n <tr>\n  <td>Lyon</td>\n  <td></td>\n  <td align=right>12</td>\n"
        " </tr>\n <tr>\n  <td>Rue A<br>\n    69009</td>\n  <td>1</td><td></td>\n </tr>\n"
        "<!--EndFragment-->\n</table></body></html>",
        words="Ville\t2023\t2024\r\nLyon\t\t12\r\n",
        kept="<p><strong>Ville</strong> | 2023 | 2024</p><p>Lyon | | 12</p><p>Rue A 69009 | 1</p>",
    ),
    "Excel, its cells merged": Pasted(
        html="<table><!--StartFragment--><tr><td rowspan=2>Ville</td><td colspan=2>Budget</td>"
        "<td>Fin</td></tr><tr><td>2023</td><td>2024</td><td></td></tr>"
        "<tr><td rowspan=2>Lyon</td><td>10</td><td rowspan=3>12</td><td>oui</td></tr>"
        "<tr><td>11</td><td>non</td></tr><tr><td>Nice</td><td></td></tr>"
        "<tr><td colspan=16384>Total</td></tr><!--EndFragment--></table>",
        kept="<p>Ville | Budget | | Fin</p><p>Ville | 2023 | 2024</p><p>Lyon | 10 | 12 | oui</p>"
        "<p>Lyon | 11 | 12 | non</p><p>Nice | | 12</p><p>Total</p>",
    ),
    "Google Docs, a list that goes on": Pasted(
        html=GOOGLE.format(
            f'<ol start="4" style="margin-top:0;">{google_item("quatre")}'
            f"<ol>{google_item('dedans', 2)}</ol>{google_item('cinq')}</ol>"
            f'<ol start="1">{google_item("un")}</ol>'
        ),
        kept="<p>4. quatre</p><ol><li>dedans</li></ol><p>5. cinq</p><ol><li>un</li></ol>",
    ),
    "PowerPoint": Pasted(
        html="<div class=O v:shape='x' style='mso-line-spacing:\"90 20 0\"'><span "
        "style='mso-special-format:bullet;position:absolute;left:-2%'>•</span><span>Un</span></div>"
        "<div class=O><span style='mso-special-format:bullet;position:absolute'>•</span>Deux</div>",
        kept="<ul><li>Un</li><li>Deux</li></ul>",
    ),
    "slides, as words": Pasted(
        words="Titre\u000bsuite\r\nfin", kept="<p>Titre<br>suite<br>fin</p>"
    ),
    "a PDF": Pasted(
        words="L’évalua\u0002\r\ntion des\r\nquartiers\r\n\r\nTél. \u202a04 78\u202c\r\n"
        "a\u200b@b.fr\r\n",
        kept="<p>L’évaluation des<br>quartiers</p><p>Tél. 04 78<br>a@b.fr</p>",
    ),
    "signs that open tags": Pasted(words="a<b\nÀ mardi <3", kept="<p>a&lt;b<br>À mardi &lt;3</p>"),
    "a page": Pasted(
        html="<html><body><!--StartFragment--><div><section><h4>Titre</h4><p>un</p>deux"
        "<blockquote><p>trois</p><p>quatre</p></blockquote><blockquote>cinq</blockquote>"
        "<dl><dt>six</dt><dd>sept</dd></dl><details><summary>huit</summary>neuf</details>"
        "<x-a>dix</x-a><x-a>onze</x-a><table><tr><td><p>La Duchère</p><p>Lyon 9</p></td><td>"
        "<a href='https://a.fr/'>ici</a></td></tr></table><pre>a\n  b</pre></section></div>"
        "<!--EndFragment--></body></html>",
        kept="<h3>Titre</h3><p>un</p><p>deux</p><blockquote><p>trois</p><p>quatre</p></blockquote>"
        "<blockquote>cinq</blockquote><p>six</p><p>sept</p><p>huit</p><p>neuf</p><p>dix onze</p>"
        '<p>La Duchère</p><p>Lyon 9</p><p><a href="https://a.fr/">ici</a></p><pre>a\n  b</pre>',
    ),
}
