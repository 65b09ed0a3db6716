"""Whatever people typed, every writer's output can be read by the parser of its format, and gives the text back.

What may not be shown is shown otherwise or left out on purpose: ``clean`` says how, SpreadsheetML spells controls.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from email import message_from_bytes, policy
from html.parser import HTMLParser
from xml.etree import ElementTree

import docx
import openpyxl
import pyarrow.parquet
from hypothesis import example, given, settings
from hypothesis import strategies as some
from icalendar import Calendar
from openpyxl.utils.escape import unescape

from collabxl.mail.letter import Attachment, Letter, render_letter
from collabxl.mail.message_model import Person
from collabxl.reminders.calendar import render_calendar
from collabxl.reminders.cases import Delay, ProjectDelays
from collabxl.reports.documents.blocks import Document, FormBlock, Paragraph, Points, Section, TableBlock, TableColumn
from collabxl.reports.documents.plain_text import strip_controls
from collabxl.reports.documents.writers import document_writer
from collabxl.reports.formats import ReportRun, blocks
from collabxl.reports.formats.csv import GUARD
from collabxl.rules import RULES
from collabxl.rules.engine.findings import Finding
from collabxl.rules.engine.outcome import Outcome
from collabxl.text.printable import clean
from tests.tables import TODAY

RULE = next(rule for rule in RULES if rule.code == "DP301")
PIECES = (
    *("<", ">", "&", '"', "'", "]]>", "<!--", "-->", "</script>", "</td>", "&amp;", "&#10;", "{{x}}", "%s", "\\u0041"),
    *("\x00", "\x07", "\x0b", "\x1b[31m", "\x7f", "\x85", "\u2028", "\u202e", "\u2066", "\ufeff", "\u200b", "\ufffe"),
    *("_x000B_", "_x005F_", "\r\n", "\n", "\r", "\t", " ", "=1+1", "@a", "-", "'", ";", ",", "\\n", "BEGIN:VEVENT"),
    *("支付", "接口", "a", "Z", "0", "😀", "👩‍👩‍👧", "é", "e\u0301", "𠮷"),
)
TEXTS = some.lists(some.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
WORST = "".join(PIECES)
law = settings(max_examples=60, deadline=None)


def outcome(text: str) -> Outcome:
    """Return a workbook of which all that comes from people is one text."""
    args = {"token": text, "advice": text, "suggestions": [text]}
    finding = Finding(
        *(RULE, "error", "tasks", text, 4, "G4", "after", text, text, text, args),
    )
    return Outcome(f"/tmp/{text.replace('/', '').replace(chr(0), '')}.xlsx", project=text, findings=(finding,))


def report(form: str, text: str) -> bytes:
    return b"".join(blocks(form, iter([outcome(text)]), ReportRun("zh", TODAY, "0")))


@law
@given(TEXTS)
@example(WORST)
def test_json(text: str) -> None:
    (book,) = json.loads(report("json", text))["workbooks"]
    (line,) = report("jsonl", text).decode().split("\n")[:-1]
    assert json.loads(line) == book
    (finding,) = book["findings"]
    assert (book["project"], finding["value"], finding["id"], finding["args"]["suggestions"]) == (
        text,
        text,
        text,
        [text],
    )


@law
@given(TEXTS)
@example(WORST)
def test_sarif(text: str) -> None:
    (run,) = json.loads(report("sarif", text))["runs"]
    (result,) = run["results"]
    assert result["properties"]["value"] == text
    assert text in result["message"]["text"]


@law
@given(TEXTS)
@example(WORST)
def test_csv(text: str) -> None:
    content = io.StringIO(report("csv", text).decode("utf-8-sig"), newline="")
    (row,) = csv.DictReader(content)
    found = row["value"]
    assert (found[1:] if found.startswith(GUARD) else found) == text
    assert not found.startswith(("=", "+", "-", "@"))


@law
@given(TEXTS)
@example(WORST)
def test_parquet(text: str) -> None:
    (row,) = pyarrow.parquet.read_table(io.BytesIO(report("parquet", text))).to_pylist()
    assert (row["value"], row["project"], row["id"]) == (text, text, text)


@law
@given(TEXTS)
@example(WORST)
def test_junit(text: str) -> None:
    (suite,) = ElementTree.fromstring(report("junit", text))
    (case,) = suite
    (failure,) = case
    assert failure.get("message") == clean(RULE.message.fill("zh", {"token": text}))
    assert failure.text == (clean(text) or None)


@law
@given(TEXTS)
@example(WORST)
def test_html(text: str) -> None:
    assert_shown(report("html", text), clean(text))


@law
@given(TEXTS)
@example(WORST)
def test_xlsx(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(report("xlsx", text)))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert all(cell.data_type != "f" for sheet in book for row in sheet.iter_rows() for cell in row)
    assert clean(text) in {*map(unescape, cells), ""}


def document(typed: str) -> Document:
    """Return a document that holds a text everywhere, in the way in which documents get texts of workbooks."""
    text = strip_controls(typed)
    parts = (
        Paragraph(text),
        Points((text,)),
        FormBlock(((text, text),)),
        TableBlock((TableColumn(text, 1),), ((text,),)),
    )
    return Document("zh", text, text, TODAY, text, (Section("tasks", text, parts),), None)


@law
@given(TEXTS)
@example(WORST)
def test_document(text: str) -> None:
    assert_shown(document_writer("html")(document(text)), strip_controls(text))


@settings(max_examples=15, deadline=None)
@given(TEXTS)
@example(WORST)
def test_docx(text: str) -> None:
    made = docx.Document(io.BytesIO(document_writer("docx")(document(text))))
    said = " ".join("\n".join(paragraph.text for paragraph in made.paragraphs).split())
    (table, *_) = made.tables[-1:]
    cells = [" ".join(cell.text.split()) for row in table.rows for cell in row.cells]
    wanted = " ".join(strip_controls(text).split())
    assert wanted in said
    assert cells == [wanted, wanted]


class Shown(HTMLParser):
    """What a page shows, and that nothing in it runs."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)
        self.texts += ["\n"] if tag == "br" else []

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def assert_shown(page: bytes, text: str) -> None:
    shown = Shown()
    shown.feed(page.decode("utf-8"))
    shown.close()
    assert "script" not in shown.tags
    said = " ".join("".join(shown.texts).split())
    assert " ".join(text.split()) in said


@law
@given(TEXTS)
@example(WORST)
def test_mail(text: str) -> None:
    me = Person(text, "me@example.com")
    moment = dt.datetime(2024, 8, 1, tzinfo=dt.UTC)
    content = render_letter(
        Letter(me, (me,), subject=text, text=text, date=moment, attachments=(Attachment(text, b"x"),))
    )
    message = message_from_bytes(content, policy=policy.default)
    assert not message.defects
    body = message.get_body(("plain",))
    assert body is not None
    assert body.get_content().split() == text.split()
    assert [*filter(str.isalnum, str(message["subject"]))] == [*filter(str.isalnum, clean(text))]
    assert [each.addr_spec for each in message["to"].addresses] == ["me@example.com"]
    assert len(list(message.iter_attachments())) == 1


@law
@given(TEXTS)
@example(WORST)
def test_calendar(text: str) -> None:
    case = Delay("tasks", 6, "T001", text, (text,), (text,), TODAY, "overdue", 1, None, ())
    book = ProjectDelays("a.xlsx", "key", text, "zh", Person(), None, (case,))  # type: ignore[arg-type]
    content = render_calendar([book], TODAY, "zh")
    assert not {*content.decode()} & {*map(chr, range(32)), "\x7f"} - {"\r", "\n", "\t"}
    calendar = Calendar.from_ical(content)
    (event,) = calendar.walk("VEVENT")
    assert event["dtstart"].dt == TODAY
    seen = [*filter(str.isalnum, clean(text))]
    for field in ("summary", "description"):
        said = "".join(filter(str.isalnum, str(event[field])))
        assert "".join(seen) in said
