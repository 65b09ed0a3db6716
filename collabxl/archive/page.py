"""The archive's index: a page a language that lists what is inside, with links to the unpacked files."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from lxml.etree import _Element

from collabxl.archive.manifest import ArchiveFile, Kind, Manifest
from collabxl.reports.html_page import E, head, markup, page_start
from collabxl.text import LANGS, Lang, Text, t
from collabxl.text.printable import clean

KINDS: dict[Kind, Text] = {
    "workbook": t("主表", "Master"),
    "ledger": t("账本", "Ledger"),
    "document": t("文书与报告", "Documents and reports"),
    "copy": t("部门副本", "Departments' copies"),
    "mail": t("邮件与日历", "Mails and calendars"),
    "version": t("其他版本与备份", "Other versions and backups"),
    "quarantine": t("隔离：没有采用的文件，不要打开", "Quarantine: files that were refused; do not open them"),
    "page": t("目录页", "Index"),
}
_TITLE = t("{project} · 归档", "{project} · archive")
_ABOUT = t(
    "主表第 {revision} 版，项目文件 {count} 个，{size}",
    "Master, revision {revision}; {count} {count:file|files} of it, {size}",
)
_USE = t(
    "先解压再打开。在 project 文件夹里可以接着工作：账本就在主表旁边。核对完整性：collabxl archive --verify 归档.zip，"
    "它逐个比对 manifest.json 里的 SHA-256。",
    "Unpack before you open anything. Work can go on in the folder project: the ledger lies beside the master. To see "
    "whether all is as it was: collabxl archive --verify FILE.zip compares every SHA-256 of manifest.json.",
)
_OTHER: dict[Lang, str] = {"zh": "English", "en": "中文"}
_HEADS: tuple[tuple[str, Text], ...] = (
    ("", t("文件", "File")),
    ("", t("部门", "Department")),
    ("number", t("版本", "Revision")),
    ("number", t("大小", "Size")),
    ("name", t("SHA-256", "SHA-256")),
)
_SHOWN = 12
"""Digits of a sum that are shown; the whole one is in the manifest."""


def pages(manifest: Manifest) -> dict[str, bytes]:
    """Return the index in both languages by file name; ``index.html`` speaks that of the workbook."""
    return {name_of(lang, manifest): _page(manifest, lang) for lang in LANGS}


def name_of(lang: Lang, manifest: Manifest) -> str:
    """Return the file name of the index in a language."""
    return "index.html" if lang == manifest.language else f"index.{lang}.html"


def size_of(count: int) -> str:
    """Return a number of bytes as people read it."""
    return f"{count / 2**20:.1f} MB" if count >= 2**20 else f"{count / 2**10:.1f} KB"


def _page(manifest: Manifest, lang: Lang) -> bytes:
    project = clean(manifest.project or manifest.workbook.rpartition("/")[2])
    title = _TITLE.fill(lang, {"project": project})
    (other,) = (each for each in LANGS if each != lang)
    told = {
        "revision": manifest.revision or "—",
        "count": len(manifest.files),
        "size": size_of(sum(file.size for file in manifest.files)),
    }
    body = E.body(
        E.header(E.h1(title), E.p(_ABOUT.fill(lang, told))),
        E.main(
            E.p(_USE.to(lang), " ", E.a({"href": name_of(other, manifest)}, _OTHER[lang])),
            E.table(_heads(lang), *(group for kind in KINDS for group in _group(kind, manifest.files, lang))),
        ),
    )
    made = (page_start(lang), markup(head(title, "report", "page.css")), markup(body), "</html>")
    return ("\n".join(made) + "\n").encode()


def _heads(lang: Lang) -> _Element:
    return E.thead(E.tr(*(E.th({"scope": "col", "class": look}, title.to(lang)) for look, title in _HEADS)))


def _group(kind: Kind, files: Sequence[ArchiveFile], lang: Lang) -> list[_Element]:
    mine = [file for file in files if file.kind == kind]
    head = E.tr(E.th({"scope": "rowgroup", "colspan": str(len(_HEADS))}, KINDS[kind].to(lang)))
    return [E.tbody(head, *map(_row, mine))] if mine else []


def _row(file: ArchiveFile) -> _Element:
    name = clean(file.path.partition("/")[2])
    link = name if file.kind == "quarantine" else E.a({"href": quote(file.path)}, name)
    return E.tr(
        E.td(link),
        E.td(clean(file.department or "")),
        E.td({"class": "number"}, clean(file.revision or "")),
        E.td({"class": "number"}, size_of(file.size)),
        E.td({"class": "name"}, E.abbr({"title": file.sha256}, file.sha256[:_SHOWN])),
    )
