"""Draw the ribbon for the docs from its own description and words: ``python -m tests.excel.addin.drawing``.

A drawing, not a screenshot: LibreOffice does not show such ribbons, and we have no Excel. Pictures on the buttons are
stand-ins for those that Excel has under the same names.
"""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from collabxl import Lang
from collabxl.excel.live.messages import all_sentences
from collabxl.text import LANGS
from tests.excel.addin.macros import RIBBON_XML
from tests.parts.browser import chromium, sized

PICTURES = Path(__file__).parents[3] / "docs" / "pictures"
SIGNS = {
    "FileNew": "✚",
    "DataValidation": "☑",
    "RefreshAll": "↻",
    "SplitCells": "✂",
    "MergeCells": "⇊",
    "FileCreateDocumentWorkspace": "▤",
}
PAGE = """<meta charset="utf-8"><style>
body {{ margin: 0; font: 13px "Noto Sans CJK SC", sans-serif; color: #333; width: 760px }}
nav {{ background: #217346; color: #fff; padding: 6px 14px 0 }} nav span {{ display: inline-block; padding: 5px 12px }}
nav b {{ background: #f3f2f1; color: #217346; padding: 5px 12px; display: inline-block; border-radius: 3px 3px 0 0 }}
main {{ background: #f3f2f1; display: flex; padding: 8px 14px 0; border-bottom: 1px solid #c8c6c4 }}
div {{ width: 118px; text-align: center; line-height: 1.25 }}
i {{ display: block; font: 27px "DejaVu Sans"; line-height: 40px; color: #217346 }}
small {{ display: block; font-size: 8px; height: 12px }}
footer {{ background: #f3f2f1; color: #777; text-align: center; padding: 4px; font-size: 11px }}
</style><nav><span>{others[0]}</span><span>{others[1]}</span><span>{others[2]}</span><b>{tab}</b></nav>
<main>{buttons}</main><footer>{group}</footer>"""
OTHER_TABS = {"zh": ("文件", "开始", "审阅"), "en": ("File", "Home", "Review")}


def page(lang: Lang) -> str:
    """Return the ribbon as a page."""
    said, tree = all_sentences(), etree.parse(RIBBON_XML)
    group = next(tree.iter("{*}group"))
    buttons = []
    for control in group:
        face = next(node for node in control.iter() if node.get("imageMso"))
        arrow = "" if etree.QName(control).localname == "button" else "▼"
        label = said[str(face.get("tag"))].to(lang)
        buttons.append(f"<div><i>{SIGNS[str(face.get('imageMso'))]}</i>{label}<small>{arrow}</small></div>")
    tab = said["tab.main"].to(lang)
    return PAGE.format(others=OTHER_TABS[lang], tab=tab, buttons="".join(buttons), group=said["group.main"].to(lang))


def main() -> None:
    """Draw the ribbon in both languages."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        sized(browser, 760, 138)
        for lang in LANGS:
            browser.get("data:text/html;charset=utf-8," + page(lang).replace("#", "%23"))
            (PICTURES / f"ribbon.{lang}.png").write_bytes(browser.get_screenshot_as_png())


if __name__ == "__main__":
    main()
