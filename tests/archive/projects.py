"""A project's folder as it looks after some work, with a neighbour of nearly the same name beside it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from collabxl import MailAccess, MergeResult, check_workbooks, merge_copies, split
from collabxl.exchange import quarantine
from collabxl.reports.formats import ReportRun, blocks
from tests.exchange.masters import TODAY, department, filled, master
from tests.exchange.test_month import forwarded

SECRET = "geheim-4711"


@dataclass(frozen=True)
class Folder:
    """The master of the project, and a folder elsewhere with letters about it."""

    master: Path
    letters: Path

    @property
    def quarantine(self) -> Path:
        return self.master.with_name(self.master.stem + quarantine.SUFFIX)

    def merge(self, *sources: Path | str, access: MailAccess) -> MergeResult:
        return merge_copies(self.master, sources, today=TODAY, access=access, backup=True)


def played(home: Path) -> Folder:
    """Return a project that was split and merged: copies, a backup, a refusal, reports, and files of others."""
    for name in ("a", "c", "往来"):
        (home / name).mkdir()
    book, stranger = (master(home / name, 2) for name in ("a/主表.xlsx", "c/别的.xlsx"))
    made = Folder(book, home / "往来")
    copies = split(book, book.parent / "副本", today=TODAY).copies
    copies[0].path.with_suffix(".eml").write_text("Subject: x\n\n", encoding="utf-8")
    back = filled(copies[1].path, book.parent / "交回" / "随便叫什么.xlsx", {("tasks", "T004", "status"): "已完成"})
    foreign = split(stranger, stranger.parent, today=TODAY, only=[department(1)]).copies[0].path
    mail = forwarded(back)
    made.merge(mail, back, foreign, f"imaps://li:{SECRET}@mail.example/INBOX", access=MailAccess())
    _beside(book, stranger)
    (made.letters / "回复.eml").write_text("Subject: y\n\n", encoding="utf-8")
    return made


def _beside(book: Path, stranger: Path) -> None:
    """Put beside a master what else lies in such a folder."""
    shutil.copy(book, book.with_name("主表（旧）.xlsx"))
    book.with_name("主表_确认函.docx").write_bytes(b"docx")
    report = book.with_name("主表-发现.xlsx")
    report.write_bytes(b"".join(blocks("xlsx", check_workbooks([book], today=TODAY), _run(report))))
    shutil.copy(stranger, book.with_name("主表_二期.xlsx"))
    book.with_name("主表_二期.docx").write_bytes(b"another's")
    book.with_name("主表格.docx").write_bytes(b"another word")
    book.with_name("~$主表.docx").write_bytes(b"an owner file")
    book.with_name("主表_链接.docx").symlink_to(stranger)
    hidden = book.with_name(".git")
    hidden.mkdir()
    (hidden / "主表.docx").write_bytes(b"hidden")


def _run(report: Path) -> ReportRun:
    return ReportRun("zh", TODAY, "0.1.0", "never", report)
