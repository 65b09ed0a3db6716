"""Make the templates of the documents, templates/documents/*.docx: ``python -m tools.letterheads``.

They hold no words but the fields that are filled in; what looks there are is told by their styles, which a user's own
template may have, too.
"""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from collabxl.reports.documents.docx.package import strip_dates
from collabxl.reports.documents.docx.styles import ALARM, CELL, FIGURE, GAP, HEAD, LIST, NOTE, SMALL, TABLE
from collabxl.storage.data_files import resource_path
from collabxl.workbook.theme import colour

FOLDER = resource_path("templates", "documents")
FONT = "Microsoft YaHei"
PAPER = (21.0, 29.7)
WORDS_PER_STYLE = (
    # name, points, bold, colour, before, after, keeps with next
    (CELL, 9, False, "ink", 1, 1, False),
    (HEAD, 9, True, "white", 2, 2, True),
    (LIST, 10.5, False, "ink", 0, 3, False),
    (NOTE, 9, False, "grey", 0, 4, False),
    (ALARM, 10.5, True, "late_ink", 2, 4, False),
    (FIGURE, 16, True, "ink", 0, 0, True),
    (SMALL, 8, False, "grey", 1, 1, False),
    (GAP, 4, False, "ink", 0, 0, False),
)
KEPT = {"Normal", "Default Paragraph Font", "Normal Table", "No List", "Title", "Subtitle", "Header", "Footer"}
HEADINGS = {"Heading 1": (14, 14, 5), "Heading 2": (11.5, 10, 4)}


def main() -> None:
    """Write both templates."""
    FOLDER.mkdir(exist_ok=True)
    for name, content in made().items():
        (FOLDER / name).write_bytes(content)


def made() -> dict[str, bytes]:
    """Return the templates by their names: pages that stand upright, and pages that lie on their side."""
    return {"upright.docx": _template(wide=False), "wide.docx": _template(wide=True)}


def _template(*, wide: bool) -> bytes:
    document = Document()
    _prune(document)
    _styles(document)
    section = document.sections[0]
    width, height = map(Cm, PAPER[::-1] if wide else PAPER)
    section.page_width, section.page_height = width, height
    side = Cm(1.8 if wide else 2.4)
    section.left_margin = section.right_margin = side
    section.top_margin, section.bottom_margin = Cm(2.2), Cm(1.9)
    section.header_distance = section.footer_distance = Cm(1.0)
    if wide:
        section._sectPr.find(qn("w:pgSz")).set(qn("w:orient"), "landscape")
    _running(document, width - 2 * side)
    document.add_paragraph("{{ title }}", "Title")
    document.add_paragraph("{{ project }}", "Subtitle")
    document.add_paragraph("{{ about }}", NOTE).alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph("{{p body }}")
    _settings(document)
    content = io.BytesIO()
    document.save(content)
    return strip_dates(content.getvalue())


def _prune(document: Any) -> None:
    """Take away the many styles that nobody uses."""
    styles = document.styles
    for style in list(styles):
        if style.name not in KEPT and style.name not in HEADINGS:
            styles.element.remove(style.element)
    for link in styles.element.findall(f".//{qn('w:link')}"):
        link.getparent().remove(link)


def _styles(document: Any) -> None:
    styles = document.styles
    _write(styles["Normal"], 10.5, False, "ink", 0, 5)
    styles["Normal"].paragraph_format.line_spacing = 1.25
    _write(styles["Title"], 22, True, "navy", 0, 4)
    _write(styles["Subtitle"], 12, False, "header", 0, 2)
    for name in ("Title", "Subtitle"):
        styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
        border = styles[name].element.find(f".//{qn('w:pBdr')}")
        if border is not None:
            border.getparent().remove(border)
    for name, (points, before, after) in HEADINGS.items():
        _write(styles[name], points, True, "header", before, after)
        styles[name].paragraph_format.keep_with_next = True
    for name in ("Header", "Footer"):
        _write(styles[name], 8, False, "grey", 0, 0)
    for name, points, bold, ink, before, after, keeps in WORDS_PER_STYLE:
        style = styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = styles["Normal"]
        _write(style, points, bold, ink, before, after)
        style.paragraph_format.line_spacing = 1.1
        style.paragraph_format.keep_with_next = keeps
    hanging = styles[LIST].paragraph_format
    hanging.left_indent, hanging.first_line_indent = Cm(0.75), Cm(-0.75)
    hanging.tab_stops.add_tab_stop(Cm(0.75))
    styles[GAP].paragraph_format.line_spacing = Pt(6)
    styles.element.append(parse_xml(_table_style()))


def _write(style: Any, points: float, bold: bool, ink: str, before: float, after: float) -> None:
    """Give a style its letters and its space."""
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in list(fonts.attrib):
        del fonts.attrib[name]
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), FONT)
    style.font.size, style.font.bold, style.font.italic = Pt(points), bold, False
    style.font.color.rgb = RGBColor.from_string(colour(ink).removeprefix("#"))
    spacing = style.element.find(f".//{qn('w:rPr')}/{qn('w:spacing')}")
    if spacing is not None:
        spacing.getparent().remove(spacing)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)


def _table_style() -> str:
    line, header = (colour(name).removeprefix("#") for name in ("line", "header"))
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="{line}"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        f'<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE.replace(" ", "")}">'
        f'<w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/><w:tblPr>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblCellMar><w:top w:w="28" w:type="dxa"/>'
        '<w:left w:w="85" w:type="dxa"/><w:bottom w:w="28" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
        '</w:tblCellMar></w:tblPr><w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:color w:val="FFFFFF"/></w:rPr>'
        "<w:tblPr/>"
        f'<w:tcPr><w:shd w:val="clear" w:color="auto" w:fill="{header}"/></w:tcPr></w:tblStylePr></w:style>'
    )


def _running(document: Any, width: Any) -> None:
    """Write what stands above and below every page."""
    section = document.sections[0]
    for part, texts in ((section.header, ("{{ project }}", "{{ title }}")), (section.footer, ("{{ about }}", None))):
        paragraph = part.paragraphs[0]
        stops = paragraph.paragraph_format.tab_stops
        stops.add_tab_stop(width, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{texts[0]}\t{texts[1] or ''}")
        if texts[1] is None:
            _field(paragraph, "PAGE")
            paragraph.add_run(" / ")
            _field(paragraph, "NUMPAGES")
    for name in ("Header", "Footer"):
        for tabs in document.styles[name].element.findall(f".//{qn('w:tabs')}"):
            tabs.getparent().remove(tabs)


def _field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), code)
    run = OxmlElement("w:r")
    text = OxmlElement("w:t")
    text.text = "1"
    run.append(text)
    field.append(run)
    paragraph._p.append(field)


def _settings(document: Any) -> None:
    """Let Word lay it out as new documents are, not as those of 2007."""
    settings = document.settings.element
    for old in settings.findall(qn("w:compat")):
        settings.remove(old)
    compat = parse_xml(
        f'<w:compat {nsdecls("w")}><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat>'
    )
    settings.find(qn("w:rsids")).addprevious(compat)
    document.core_properties.comments = ""
    document.core_properties.author = "collabxl"
    document.core_properties.title = ""


if __name__ == "__main__":
    main()
