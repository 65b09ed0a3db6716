"""XML parts in the one encoding that all readers take: UTF-8, without a document type."""

from __future__ import annotations

import re

from collabxl.errors import FileError
from collabxl.ooxml.reader.preflight import damaged_file_error
from collabxl.text import t

_ROOT = re.compile(rb"<[^?!\s]")
_DECLARED = re.compile(rb"(?:\xef\xbb\xbf)?<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_DECLARATION = re.compile(r"\ufeff?<\?xml\s.*?\?>", re.DOTALL)
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})
_KNOWN = frozenset({"utf-16", "utf-16le", "utf-16be", "iso-8859-1"})


def as_utf8(name: str, content: bytes) -> bytes:
    """Return an XML part in UTF-8, the same object if it is so already; refuses document types and other encodings."""
    code = _declared_encoding(content)
    if code not in _UTF8:
        content = _recode(name, content, code)
    root = _ROOT.search(content)
    if content.find(b"<!DOCTYPE", 0, root.start() if root else len(content)) >= 0:
        raise damaged_file_error(t(f"{name} 带有 DTD", f"{name} has a document type, DTD"))
    return content


def _declared_encoding(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    if content.startswith((b"<\0", b"\0<")):
        return "utf-16le" if content[0] else "utf-16be"
    declared = _DECLARED.match(content)
    return declared[1].decode("ascii").lower() if declared else "utf-8"


def _recode(name: str, content: bytes, code: str) -> bytes:
    if code not in _KNOWN:
        says = t(
            "其中的 {part} 用了 {code} 编码，只认 UTF-8 和 UTF-16。请用 Excel 或 WPS 另存为 .xlsx",
            "Its part {part} is encoded in {code}; only UTF-8 and UTF-16 are read. Save it as .xlsx with Excel or WPS",
        )
        raise FileError("unsupported", says, part=name, code=code)
    try:
        text = content.decode(code)
        return _DECLARATION.sub("", text, count=1).lstrip("\ufeff").encode()
    except UnicodeError as error:
        raise damaged_file_error(f"{name}: {error}") from error
