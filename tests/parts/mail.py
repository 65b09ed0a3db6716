"""Real mail servers on this machine, started by the tests that need them: Dovecot (IMAP) and aiosmtpd (SMTP), with TLS.

A relay before them drops connections where a test wants it.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import os
import pwd
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.parts import require

PASSWORD = "geheim-7&x"
CONFIGURATION = """
base_dir = {home}/run
state_dir = {home}/state
log_path = {home}/dovecot.log
listen = 127.0.0.1
protocols = imap
ssl = {ssl}
ssl_cert = <{home}/cert.pem
ssl_key = <{home}/key.pem
disable_plaintext_auth = no
auth_username_format = %Ln
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
first_valid_uid = 1
mail_location = maildir:{home}/mail/%n
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={internal} gid={internal_group} home={home}/mail/%n
}}
namespace inbox {{
  inbox = yes
}}
auth_failure_delay = 0
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {plain}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
"""


class Certificate:
    """A self-signed certificate for this machine, and who trusts it."""

    def __init__(self, folder: Path) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
        now = dt.datetime.now(dt.UTC)
        names: list[x509.GeneralName] = [
            x509.DNSName("localhost"),
            x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
        ]
        made = (
            x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(days=1))
            .not_valid_after(now + dt.timedelta(days=2))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.path, self.key = folder / "cert.pem", folder / "key.pem"
        self.path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        self.key.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def trusted(self) -> ssl.SSLContext:
        """Return what a client needs that trusts it."""
        return ssl.create_default_context(cafile=self.path)

    def served(self) -> ssl.SSLContext:
        """Return what a server needs that shows it."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.path, self.key)
        return context


class Dovecot:
    """A running Dovecot whose accounts all have PASSWORD."""

    def __init__(self, home: Path, *, tls: bool = True) -> None:
        self.certificate = Certificate(home)
        self.plain, self.secure = free_port(), free_port()
        self._configuration = home / "dovecot.conf"
        root = os.geteuid() == 0
        me = pwd.getpwuid(os.geteuid())
        for name in ("run", "state", "mail"):
            (home / name).mkdir()
        self._configuration.write_text(
            CONFIGURATION.format(
                home=home,
                ssl="yes" if tls else "no",
                internal="dovecot" if root else me.pw_name,
                internal_group="dovecot" if root else me.pw_gid,
                login="dovenull" if root else me.pw_name,
                password=PASSWORD,
                plain=self.plain,
                secure=self.secure,
            ),
            encoding="utf-8",
        )
        if root:
            shutil.chown(home / "mail", "dovecot", "dovecot")
        subprocess.run([_program("dovecot"), "-c", self._configuration], check=True, timeout=30)
        wait_for(self.secure if tls else self.plain)

    def do(self, *words: str) -> None:
        """Let the administrator's program do something."""
        subprocess.run([_program("doveadm"), "-c", self._configuration, *words], check=True, timeout=30)

    def stop(self) -> None:
        """Stop it."""
        self.do("stop")


class Relay:
    """A port that leads to another, and drops connections after so many bytes from the server, as often as is told."""

    def __init__(self, port: int) -> None:
        self._to = port
        self._drops: list[int] = []
        self.count = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def drop_after(self, *amounts: int) -> None:
        """Drop the next connections, each after so many bytes; those that follow are left alone."""
        self._drops = list(amounts)

    def close(self) -> None:
        """Let nobody in any more."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # or the thread that waits would let one more in
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self.count += 1
                server = socket.create_connection(("127.0.0.1", self._to))
                left = self._drops.pop(0) if self._drops else -1
                threading.Thread(target=_pass, args=(client, server, -1), daemon=True).start()
                threading.Thread(target=_pass, args=(server, client, left), daemon=True).start()


def _pass(source: socket.socket, target: socket.socket, left: int) -> None:
    with suppress(OSError):
        while content := source.recv(4096 if left < 0 else min(4096, left or 1)):
            target.sendall(content)
            if left >= 0:
                left = max(0, left - len(content))
                if not left:
                    break
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


@contextmanager
def relayed(port: int) -> Iterator[Relay]:
    """Give a relay to a port."""
    relay = Relay(port)
    try:
        yield relay
    finally:
        relay.close()


@contextmanager
def dovecot(*, tls: bool = True) -> Iterator[Dovecot]:
    """Give a running Dovecot; skip or fail where it is not installed."""
    require(_program("dovecot"), "Dovecot")
    with TemporaryDirectory(prefix="collabxl-dovecot-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        home.chmod(0o755)  # its processes are other users than the one who runs the tests
        running = Dovecot(home, tls=tls)
        try:
            yield running
        finally:
            running.stop()


class Post:
    """What an SMTP server does with what it gets: keeps it, or refuses it as the recipient's name says."""

    def __init__(self) -> None:
        self.taken: list[Envelope] = []
        self.passwords: list[bytes] = []
        self.answer = "250 taken"
        """What it says to a letter it has got whole."""
        self.hang_ups: list[str] = []
        """Commands at which it is to close the connection without a word, each once."""

    async def handle_RCPT(  # noqa: N802 - the library's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take everyone but those whose names are codes."""
        self._hang_up("RCPT", server)
        name = address.partition("@")[0]
        if name.isdigit():
            return f"{name} 没有这个人 no such user"
        envelope.rcpt_tos.append(address)
        return "250 ok"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep a letter and give the answer."""
        self._hang_up("DATA", server)
        self.taken.append(envelope)
        return self.answer

    def _hang_up(self, command: str, server: SMTP) -> None:
        if self.hang_ups[:1] == [command]:
            self.hang_ups.pop(0)
            server.transport.close()

    def __call__(self, _: SMTP, session: Session, envelope: Envelope, way: str, login: LoginPassword) -> AuthResult:
        """Let in who knows PASSWORD."""
        self.passwords.append(login.password)
        return AuthResult(success=login.password == PASSWORD.encode(), handled=False)


@contextmanager
def smtp(folder: Path, kind: Literal["smtps", "smtp", "bare"]) -> Iterator[tuple[Post, int, Certificate]]:
    """Give a running SMTP server that begins with TLS, offers it, or has none; with its port and its certificate."""
    certificate, post = Certificate(folder), Post()
    tls = certificate.served()
    controller = Controller(
        post,
        hostname="127.0.0.1",
        port=free_port(),
        ssl_context=tls if kind == "smtps" else None,
        tls_context=tls if kind == "smtp" else None,
        authenticator=post,
        auth_required=kind == "smtp",
        auth_require_tls=kind == "smtp",
        data_size_limit=8 * 2**20,
    )
    controller.start()
    try:
        yield post, controller.port, certificate
    finally:
        controller.stop()


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    """Wait until somebody listens at a port."""
    for _ in range(200):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens at {port}")


def _program(name: str) -> str:
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])) or ""
