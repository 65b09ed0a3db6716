"""Workbooks with a password to open: decrypted in memory only, never written back.

Only the worker process may use this; the passwords come through its pipe and stand in no command line or log.
"""

from __future__ import annotations

import io
from collections.abc import Sequence

from collabxl.errors import FileError
from collabxl.text import t

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PACKAGE = "EncryptedPackage".encode("utf-16-le")


def is_encrypted(content: bytes) -> bool:
    """Return whether a file is an .xlsx that needs a password to open."""
    return content.startswith(OLE) and _PACKAGE in content


def password_required_error() -> FileError:
    """Return the error for a file that needs a password where none was given."""
    says = t(
        "文件设有打开密码。请去掉密码，或用 {--password-file} 提供密码",
        "The file needs a password to open. Remove it, or give the password with {--password-file}",
    )
    return FileError("encrypted", says)


def decrypt(content: bytes, passwords: Sequence[str]) -> bytes:
    """Return the bytes of a file, decrypted by the first password that fits; FileError (encrypted) if none does."""
    if not is_encrypted(content):
        return content
    if not passwords:
        raise password_required_error()
    for password in passwords:
        plain = _try_password(content, password)
        if plain is not None:
            return plain
    says = t(
        "提供的 {count} 个密码都打不开这个文件。请核对密码文件（每行一个密码），或去掉文件的密码",
        "Wrong password: none of the {count} given opens the file. Check the password file (one a line), "
        "or remove the file's password",
    )
    raise FileError("encrypted", says, count=len(passwords))


def _try_password(content: bytes, password: str) -> bytes | None:
    from msoffcrypto.exceptions import InvalidKeyError
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = io.BytesIO()
    try:
        file = OOXMLFile(io.BytesIO(content))
        file.load_key(password=password, verify_password=True)
        file.decrypt(plain)
    except InvalidKeyError:
        return None
    except Exception as error:  # a crafted container raises whatever it likes; msoffcrypto promises nothing
        says = t(
            "文件的加密方式不认识，或已损坏（{reason}）。请用 Excel 去掉密码后另存",
            "The file is encrypted in an unknown way or damaged ({reason}). Remove the password in Excel and save it",
        )
        raise FileError("encrypted", says, reason=str(error) or type(error).__name__) from error
    return plain.getvalue()
