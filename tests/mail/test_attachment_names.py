"""Names of files survive every road that headers offer, and none leads anywhere else."""

from __future__ import annotations

import base64
import unicodedata
from email.header import Header
from email.message import EmailMessage
from itertools import pairwise
from urllib.parse import quote_from_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collabxl.mail.attachment_names import claimed_name, parameters, safe_name
from collabxl.mail.header_coding import decode_base64, decode_text, decode_words, escape_hidden, unfold
from collabxl.storage.file_names import LONGEST, distinct_names, file_name
from collabxl.text.printable import is_invisible

CODES = ["gb2312", "GBK", "gb18030", "utf-8", "cp936", "x-unknown", ""]
chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1, max_size=40)
anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
letters = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cf", "Zl", "Zp"], exclude_characters='"\\'), max_size=60
)


def words(text: str, said: str, at: int) -> str:
    """Return a text as two encoded words, cut after ``at`` bytes, wherever that is."""
    raw = text.encode("utf-8" if said == "utf-8" else "gb18030")
    pieces = [piece for piece in (raw[:at], raw[at:]) if piece]
    return "\r\n ".join(f"=?{said}?B?{base64.b64encode(piece).decode()}?=" for piece in pieces)


@given(chinese, st.sampled_from(["gb2312", "GBK", "gb18030", "utf-8", "cp936"]), st.integers(0, 80))
def test_words_cut_anywhere_are_joined(name: str, said: str, at: int) -> None:
    header = unfold(f'attachment; filename="{words(name, said, at)}"'.encode())
    assert claimed_name(header, "") == name


@given(chinese, st.sampled_from(["utf-8", "gb18030"]))
def test_raw_bytes_are_guessed(name: str, code: str) -> None:
    raw = name.encode(code)
    try:
        wanted = raw.decode("utf-8")
    except UnicodeDecodeError:
        wanted = name
    assert claimed_name(unfold(b'attachment; filename="' + raw + b'"'), "") == wanted


@given(letters, st.lists(st.integers(0, 60), max_size=6), st.sampled_from(["utf-8", "gb18030"]))
def test_pieces_of_rfc_2231_are_put_together(name: str, cuts: list[int], code: str) -> None:
    raw = name.encode(code)
    bounds = sorted({0, len(raw), *(cut for cut in cuts if cut < len(raw))})
    pieces = [raw[one:other] for one, other in pairwise(bounds)]
    header = "attachment" + "".join(
        f"; filename*{at}*={f'{code}' + chr(39) * 2 if not at else ''}{quote_from_bytes(piece, safe='')}"
        for at, piece in enumerate(pieces)
    )
    assert claimed_name(header, "") == (name if name.strip() else "")


@given(letters.filter(lambda name: name.strip() and "???" not in name and "=?" not in name))
def test_what_the_standard_library_writes_is_read(name: str) -> None:
    message = EmailMessage()
    message.add_attachment(b"x", maintype="application", subtype="octet-stream", filename=name)
    (attached,) = message.iter_attachments()
    header = attached["content-disposition"].fold(policy=message.policy).partition(":")[2]
    assert claimed_name(unfold(header.encode()), "") == name


@given(letters.filter(lambda text: "=?" not in text and text == text.strip()))
def test_encoded_headers_are_read(text: str) -> None:
    assert decode_words(unfold(Header(text, "utf-8").encode().encode())) == text


@given(st.binary(max_size=200), st.sampled_from([*CODES, "utf-16", "hex", "idna", "a\0b", "utf-7"]))
def test_no_bytes_and_no_charset_stop_the_reader(content: bytes, code: str) -> None:
    assert isinstance(decode_text(content, code), str)
    header = unfold(content)
    for said in (header, f"=?{code}?q?{header}?=", f'; filename*="{header}"; filename*1="{header}"'):
        assert isinstance(decode_words(said), str)
        assert isinstance(claimed_name(said, said), str)
        parameters(said)


@given(anything)
def test_a_safe_name_leads_nowhere(claimed: str) -> None:
    name = safe_name(claimed)
    assert name == safe_name(name)
    assert name.strip(" .")
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(map(is_invisible, name))
    assert len(name.encode()) <= LONGEST
    assert not any(map(is_invisible, escape_hidden(claimed)))


@pytest.mark.parametrize(
    ("claimed", "name"),
    [
        ("C:\\Users\\li\\任务.xlsx", "任务.xlsx"),
        ("CON.xlsx", "_CON.xlsx"),
        ("a.xlsx. . ", "a.xlsx"),
        ("任务　分工.xlsx", "任务　分工.xlsx"),
        ("", "attachment"),
        ("..", "attachment"),
        (".xlsx", "xlsx"),
        ("长" * 100 + ".xlsx", "长" * 48 + ".xlsx"),
    ],
)
def test_names_are_made_safe(claimed: str, name: str) -> None:
    assert safe_name(claimed) == name


@pytest.mark.parametrize(
    ("disposition", "content_type", "name"),
    [
        ("attachment; filename=任务 分工.xlsx; size=3", "", "任务 分工.xlsx"),
        ('attachment; filename="a\\"b;c.xlsx"', "", 'a"b;c.xlsx'),
        ("attachment; FileName = x.xlsx", "", "x.xlsx"),
        ("attachment; filename*=x%20y.xlsx", "", "x y.xlsx"),
        ('attachment; filename="????.xlsx"', 'application/x; name="任务.xlsx"', "任务.xlsx"),
        ('filename="x.xlsx"', "", "x.xlsx"),
        ("attachment; filename*1=b.xlsx; filename*0=a", "", "ab.xlsx"),
        ("attachment; filename*1=b.xlsx", "", ""),
        ("attachment", "text/plain", ""),
    ],
)
def test_odd_headers_are_read(disposition: str, content_type: str, name: str) -> None:
    assert claimed_name(disposition, content_type) == name


@given(st.binary(max_size=100))
def test_base64_is_read_with_foreign_letters_and_refused_when_cut(content: bytes) -> None:
    said = base64.b64encode(content)
    assert decode_base64(said) == content
    assert decode_base64(b"\r\n ".join(said[at : at + 1] for at in range(len(said)))) == content
    cut = said.rstrip(b"=")
    assert decode_base64(cut) == content
    assert decode_base64(cut[: len(cut) // 4 * 4] + b"A") is None


@given(st.lists(anything, min_size=1, max_size=4), st.sampled_from([".xlsx", ".eml", ".docx"]))
def test_a_name_of_ours_leads_nowhere_and_loses_no_part(parts: list[str], suffix: str) -> None:
    name = file_name(*parts, suffix=suffix)
    assert name.endswith(suffix)
    assert len(name.encode()) <= LONGEST
    assert not set(name) & set('<>:"/\\|?*')
    assert not any(map(is_invisible, name))
    assert name.strip(" .") == name
    assert len(name.split("_")) >= len(parts)


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("主表", "研发/测试部"), "主表_研发／测试部.xlsx"),
        (("主表", "采购\\测试部"), "主表_采购＼测试部.xlsx"),
        (("a:b", "c?"), "a：b_c？.xlsx"),
        (("con",), "_con.xlsx"),
        (("COM¹",), "_COM¹.xlsx"),
        (("部门. ", "..x"), "部门_x.xlsx"),
        (("主表" * 100, "研发/测试部"), f"{'主表' * 21}_研发／测试部.xlsx"),
        (("", "\u202e"), "___.xlsx"),
    ],
)
def test_parts_stay_recognisable(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts, suffix=".xlsx") == name


@given(st.lists(st.sampled_from(["a.xlsx", "A.xlsx", "ß.xlsx", "SS.xlsx", "a (2).xlsx", "é.xlsx", "e\u0301.xlsx"])))
def test_no_two_names_are_alike_where_case_counts_for_nothing(names: list[str]) -> None:
    found = list(distinct_names(names))
    assert len({unicodedata.normalize("NFC", name).casefold() for name in found}) == len(names)
    assert all(one.endswith(".xlsx") for one in found)
