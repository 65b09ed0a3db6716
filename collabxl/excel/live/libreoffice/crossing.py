"""A sheet copied from one workbook into another, by a Basic function inside LibreOffice.

``importSheet`` forgets the lock that all other calls take, so that LibreOffice crashes if it draws a window meanwhile:
of LibreOffice 7.4 in one of fifteen calls. A Basic function holds that lock as long as it runs.
"""

from __future__ import annotations

from typing import Any

from collabxl.excel.live.libreoffice.office import call_uno, service

_LIBRARY, _MODULE = "collabxl", "Sheets"
_SCRIPT = f"vnd.sun.star.script:{_LIBRARY}.{_MODULE}.CopySheet?language=Basic&location=application"
_BASIC = """Sub CopySheet(source, title, target, place)
  target.Sheets.importSheet(source, title, place)
End Sub
"""
_PAGE = (
    *("IsLandscape", "Width", "Height", "ScaleToPagesX", "ScaleToPagesY", "HeaderIsOn", "FooterIsOn"),
    *("LeftMargin", "RightMargin", "TopMargin", "BottomMargin"),
)


def copy_sheet(source: Any, title: str, target: Any, place: int) -> None:
    """Copy a sheet of one document into another, at a place from 0, with its charts and its print set-up."""
    libraries = service("com.sun.star.script.ApplicationScriptLibraryContainer")
    if libraries.hasByName(_LIBRARY):
        libraries.removeLibrary(_LIBRARY)
    libraries.createLibrary(_LIBRARY).insertByName(_MODULE, _BASIC)
    try:
        scripts = service("com.sun.star.script.provider.MasterScriptProviderFactory").createScriptProvider("")
        call_uno(scripts.getScript(_SCRIPT).invoke, (source, title, target, place), (), ())
    finally:
        libraries.removeLibrary(_LIBRARY)
    _carry_page(source, source.Sheets.getByName(title), target, target.Sheets.getByIndex(place))


def _carry_page(source: Any, sheet: Any, target: Any, copy: Any) -> None:
    """Give a copied sheet its print set-up, which LibreOffice leaves behind."""
    styles = target.StyleFamilies.getByName("PageStyles")
    name, number = str(copy.Name), 1
    while styles.hasByName(name):
        number += 1
        name = f"{copy.Name} {number}"
    styles.insertByName(name, target.createInstance("com.sun.star.style.PageStyle"))
    old, new = source.StyleFamilies.getByName("PageStyles").getByName(sheet.PageStyle), styles.getByName(name)
    for field in _PAGE:
        setattr(new, field, getattr(old, field))
    copy.PageStyle = name
    areas = sheet.getPrintAreas()
    for area in areas:
        area.Sheet = copy.RangeAddress.Sheet
    copy.setPrintAreas(areas)
