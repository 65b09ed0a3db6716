"""Messages with workbooks, written as mail programs really write them: 23 ways to name a file, and what comes of it."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import NamedTuple
from urllib.parse import quote_from_bytes

from collabxl.storage.data_files import resource_path
from tests.exchange.outlook import tnef
from tests.hostile.cases import healthy

NAME = "市场部_任务分工表（2024年7月）.xlsx"
BOOK = healthy()
OTHER = resource_path("samples", "seed.xlsx").read_bytes()
SHEET = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Mail(NamedTuple):
    """One message, the names of the workbooks in it, and the kind of refusal if there is one."""

    content: bytes
    names: tuple[str, ...] = (NAME,)
    refused: str | None = None


def word(text: str, code: str, said: str | None = None) -> bytes:
    return b"=?%s?B?%s?=" % ((said or code).encode(), base64.b64encode(text.encode(code)))


def percent(text: str, code: str = "utf-8") -> bytes:
    return quote_from_bytes(text.encode(code), safe="").encode()


def part(kind: bytes, disposition: bytes | None, content: bytes) -> bytes:
    head = [b"Content-Type: " + kind, b"Content-Transfer-Encoding: base64"]
    if disposition is not None:
        head.append(b"Content-Disposition: " + disposition)
    return b"\r\n".join([*head, b"", base64.encodebytes(content).replace(b"\n", b"\r\n")])


def mail(*parts: bytes, number: int = 1, boundary: bytes = b"BB", more: bytes = b"") -> bytes:
    """Return a message with a greeting and these parts."""
    greeting = part(b'text/plain; charset="gb2312"', None, "您好，附件是返回的表。".encode("gbk"))
    head = b"\r\n".join(
        [
            b"From: " + word("张三", "GBK") + b" <zhangsan@example.test>",
            b"To: alice@example.test",
            b"Subject: " + word("返回：任务分工表", "gbk", "gb2312"),
            b"Date: Fri, 05 Jul 2024 10:00:%02d +0800" % number,
            b"Message-ID: <m%d@example.test>" % number,
            b"MIME-Version: 1.0",
            b'Content-Type: multipart/mixed; boundary="%s"' % boundary,
        ]
    )
    body = b"".join(b"\r\n--%s\r\n%s" % (boundary, each) for each in (greeting, *parts))
    return head + b"\r\n" + more + b"\r\n" + body + b"\r\n--" + boundary + b"--\r\n"


def named(disposition: bytes, number: int, content: bytes = BOOK, kind: bytes = SHEET + b";") -> bytes:
    return mail(part(kind, b"attachment; " + disposition, content), number=number)


class _OldZipInfo(zipfile.ZipInfo):
    """A zipped file whose name is in GBK and not marked, as Chinese Windows writes it."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - the library's own name
        return self.filename.encode("gbk"), self.flag_bits


def zipped(files: dict[str, bytes], *, old: bool = False) -> bytes:
    """Return a zip; an ``old`` one has its names in GBK."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr((_OldZipInfo if old else zipfile.ZipInfo)(name), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _split(text: str) -> bytes:
    """Return two encoded words, cut inside a character."""
    raw = text.encode("gbk")
    at = len("市场部_任务分".encode("gbk")) + 1
    words = (b"=?gb2312?B?%s?=" % base64.b64encode(piece) for piece in (raw[:at], raw[at:]))
    return b"\r\n ".join(words)


def _cut(number: int) -> bytes:
    """Return a message whose attachment ends one letter into a group of four."""
    letters = base64.b64encode(BOOK)[:3261]
    whole = named(b'filename="t.xlsx"', number, b"")
    return whole.replace(b'"t.xlsx"\r\n\r\n', b'"t.xlsx"\r\n\r\n' + letters)


def fixtures() -> dict[str, Mail]:
    """Return the messages of all kinds by what is special about each."""
    first = named(b'filename="%s"' % word(NAME, "GBK"), 1)
    pieces = [NAME[:8], NAME[8:14], NAME[14:]]
    continued = b"; ".join(
        b"filename*%d*=%s%s" % (at, b"UTF-8''" if at == 0 else b"", percent(piece)) for at, piece in enumerate(pieces)
    )
    star = b"filename*=UTF-8''" + percent(NAME)
    forwarded = b'Content-Type: message/rfc822\r\nContent-Disposition: attachment; filename="fwd.eml"\r\n\r\n' + first
    image = part(b'image/png; name="logo.png"', b'inline; filename="logo.png"', b"\x89PNG\r\n\x1a\n")
    plain = SHEET + b";"
    return {
        "01 GBK word in quotes": Mail(first),
        "02 words cut inside a character": Mail(named(b'filename="%s"' % _split(NAME), 2)),
        "03 RFC 2231, UTF-8": Mail(named(star, 3)),
        "04 RFC 2231, GBK": Mail(named(b"filename*=GBK''" + percent(NAME, "gbk"), 4)),
        "05 RFC 2231, continued": Mail(named(continued, 5)),
        "06 raw GBK": Mail(named(b'filename="%s"' % NAME.encode("gbk"), 6)),
        "07 raw UTF-8": Mail(named(b'filename="%s"' % NAME.encode(), 7)),
        "08 name only": Mail(mail(part(plain + b' name="%s"' % word(NAME, "GBK"), None, BOOK), number=8)),
        "09 inline": Mail(mail(part(plain, b'inline; filename="%s"' % word(NAME, "UTF-8"), BOOK), number=9)),
        "10 beside an image": Mail(mail(part(plain, b"attachment; " + star, BOOK), image, number=10)),
        "11 two workbooks": Mail(
            mail(
                part(plain, b'attachment; filename="copy1.xlsx"', BOOK),
                part(SHEET, b'attachment; filename="copy2.xlsx"', OTHER),
                number=11,
            ),
            ("copy1.xlsx", "copy2.xlsx"),
        ),
        "12 forwarded": Mail(mail(forwarded, number=12, boundary=b"CC")),
        "13 no ending": Mail(named(b'filename="task"', 13, kind=b"application/octet-stream;"), ("task.xlsx",)),
        "14 a path": Mail(named(b'filename="../../../etc/cron.d/pwn.xlsx"', 14), ("pwn.xlsx",)),
        "15 turned letters": Mail(named(b"filename*=UTF-8''" + percent("任务\u202excod.xlsx"), 15), ("任务xcod.xlsx",)),
        "16 cut on the way": Mail(_cut(16), (), "corrupt"),
        "17 the same again": Mail(first.replace(b"10:00:01", b"10:00:17")),
        "18 winmail.dat": Mail(named(b'filename="winmail.dat"', 18, tnef([(NAME, BOOK)]), b"application/ms-tnef;")),
        "19 a zip": Mail(named(b'filename="a.zip"', 19, zipped({"x.xlsx": BOOK}), b"application/zip;"), ("x.xlsx",)),
        "20 unknown charset": Mail(named(b'filename="%s"' % word(NAME, "GBK", "x-unknown-cs"), 20)),
        "21 broken per cent": Mail(named(b"filename*=UTF-8''%E5%B8%82%ZZ.xlsx", 21), ("市%ZZ.xlsx",)),
        "22 both ways": Mail(named(b'filename="fallback.xlsx"; ' + star, 22)),
        "23 GB18030 said to be gb2312": Mail(
            named(b'filename="%s"' % word("𠮷龙_任务.xlsx", "gb18030", "gb2312"), 23), ("𠮷龙_任务.xlsx",)
        ),
    }
