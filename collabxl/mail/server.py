"""A mail server as its address names it, the way in, and what is said when it does not open. Never without TLS."""

from __future__ import annotations

import os
import re
import ssl
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from collabxl.errors import MailError, UsageError
from collabxl.text import t
from collabxl.text.printable import is_invisible


@dataclass(frozen=True, slots=True)
class MailAccess:
    """How to log in: the password, which certificates to trust (None: those of the system), how long to wait."""

    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = None
    seconds: float = 60.0


_PORTS = {"imaps": 993, "imap": 143, "smtps": 465, "smtp": 587}
"""The schemes we know: with an s TLS comes first, without it STARTTLS has to follow before anything else."""


@dataclass(frozen=True)
class Server:
    """One server, one account on it and one folder, which only IMAP knows."""

    scheme: str
    host: str
    port: int
    user: str
    folder: str = "INBOX"
    access: MailAccess = MailAccess()

    @classmethod
    def of(cls, address: str, access: MailAccess) -> Server:
        """Return the server of ``imaps://user@host/folder`` or ``smtps://user@host``; MailError (address) if wrong."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError as error:
            raise _no_address(address) from error
        if parts.password is not None:
            raise _password_in_address(without_password(address))
        user, folder = unquote(parts.username or ""), unquote(parts.path).strip("/")
        if parts.scheme not in _PORTS or not parts.hostname or any(map(is_invisible, user + folder)):
            raise _no_address(address)
        return cls(parts.scheme, parts.hostname, port or _PORTS[parts.scheme], user, folder or cls.folder, access)

    @property
    def account(self) -> str:
        """The account as an address without folder: what tells it from all others, and holds no secret."""
        return f"{self.scheme}://{self.user}@{self.host}:{self.port}"

    @property
    def starts_with_tls(self) -> bool:
        """Whether the connection is encrypted from its first byte."""
        return self.scheme.endswith("s")

    @cached_property
    def trust(self) -> ssl.SSLContext:
        """The certificates to trust: the caller's, else the system's and those of SSL_CERT_FILE."""
        return self.access.trust or ssl.create_default_context()

    def fail(self, error: Exception) -> NoReturn:
        """Raise the MailError that an error of a connection amounts to."""
        if isinstance(error, ssl.SSLCertVerificationError):
            says = t(
                "{server} 的证书不可信（{reason}），没有登录。请核对服务器地址，或请管理员安装可信证书",
                "The certificate of {server} is not trusted ({reason}); not logged in. Check the server's name, "
                "or ask its administrator for a trusted certificate",
            )
            raise MailError("certificate", says, server=self.account, reason=error.verify_message) from error
        says = t(
            "连不上 {server}（{reason}）。请检查服务器地址、端口和网络",
            "Cannot reach {server} ({reason}). Check its name, its port and the network",
        )
        raise MailError("unreachable", says, server=self.account, reason=str(error) or type(error).__name__) from error

    def tls_error(self) -> MailError:
        """Return the error for a server that offers no TLS."""
        says = t(
            "{server} 不支持加密连接（STARTTLS），没有发送密码。请改用 {secure}:// 地址",
            "{server} offers no encryption (STARTTLS); the password was not sent. Use an address with {secure}://",
        )
        return MailError("no-tls", says, server=self.account, secure=f"{self.scheme.removesuffix('s')}s")

    def login_error(self, reason: str) -> MailError:
        """Return the error for a login that the server refused."""
        says = t(
            "{server} 拒绝登录（{reason}）。请核对用户名和密码；QQ、163、Gmail 等邮箱要用“授权码”或应用专用密码，"
            "并先在网页上开通 IMAP/SMTP",
            "{server} refused the login ({reason}). Check user and password; QQ, 163, Gmail and others want an "
            "app password, and IMAP/SMTP switched on in their web page first",
        )
        return MailError("login", says, server=self.account, reason=reason)


def password_from(file: Path | None, variable: str) -> str:
    """Return the first line of ``file``, or what the environment's ``variable`` holds; UsageError if there is none."""
    if file is None:
        if password := os.environ.get(variable, ""):
            return password
        says = t(
            "没有邮箱密码。请写进一个文件并用选项给出，或设置环境变量 {variable}",
            "No password for the mailbox. Write it to a file and name that, or set the variable {variable}",
        )
        raise UsageError(says, variable=variable)
    try:
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        says = t(
            "读不了密码文件 {path}。应是 UTF-8 文本，密码在第一行",
            "Cannot read the password file {path}. It should be UTF-8 text with the password in its first line",
        )
        raise UsageError(says, path=str(file)) from error
    return lines[0] if lines else ""


def without_password(address: str) -> str:
    """Return an address as it may be shown and kept, whatever else is wrong with it."""
    return re.sub(r"(://[^:@]*):.*@", r"\1@", address, flags=re.DOTALL)


def _no_address(address: str) -> MailError:
    says = t(
        "{address} 不是邮箱地址。请写成 imaps://用户名@服务器/文件夹 或 smtps://用户名@服务器",
        "{address} is no address of a mailbox. Write imaps://user@server/folder or smtps://user@server",
    )
    return MailError("address", says, address=without_password(address))


def _password_in_address(address: str) -> MailError:
    says = t(
        "不要把密码写在地址里：别人看得到命令行。请写 {address}，密码放进文件或环境变量",
        "Do not write the password into the address: others see command lines. Write {address}; "
        "the password goes into a file or a variable",
    )
    return MailError("address", says, address=address)
