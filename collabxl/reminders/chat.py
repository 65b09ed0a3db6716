"""Delay warnings as a message to a group chat: DingTalk, WeCom, Feishu, or whatever else apprise knows."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from collabxl.errors import UsageError
from collabxl.reminders.cases import ProjectDelays
from collabxl.reminders.groups import distinct_cases, groups
from collabxl.reminders.words import TITLE, case_line
from collabxl.rules.matching.names import normalize_name
from collabxl.text import Lang, t
from collabxl.text.printable import clean

if TYPE_CHECKING:
    from apprise.plugins.base import NotifyBase

LONGEST = 8_000
"""Bytes of one message, less where a service takes less; a longer text is sent in pieces."""
_WEBHOOKS = (
    (re.compile(r"https://oapi\.dingtalk\.com/robot/send/?\?access_token=([A-Za-z0-9]+)"), "dingtalk://{}"),
    (re.compile(r"https://qyapi\.weixin\.qq\.com/cgi-bin/webhook/send/?\?key=([A-Za-z0-9_-]+)"), "wecombot://{}"),
    (re.compile(r"https://open\.feishu\.cn/open-apis/bot/v2/hook/([A-Za-z0-9_-]+)/?"), "feishu://{}"),
    (re.compile(r"https://open\.larksuite\.com/open-apis/bot/v2/hook/([A-Za-z0-9_-]+)/?"), "lark://{}"),
)
"""The addresses that these services show for a robot, and what apprise calls them."""
_HEAD = t("{title}（截至 {today}）：{count} 项", "{title} (as of {today}): {count}")


class Robot:
    """A chat robot by its address; UsageError if apprise is not installed or knows no such address."""

    def __init__(self, address: str) -> None:
        self._plugin = _plugin(_check_address(address))

    @property
    def service(self) -> str:
        """The service, without the secret that its address is."""
        return str(self._plugin.service_name)

    def post(self, text: str) -> ChatResult:
        """Send a text in as many messages as it takes; whether the service took all of them, and what it said."""
        from apprise import LogCapture

        most = min(int(self._plugin.body_maxlen), LONGEST)
        with LogCapture(level=logging.WARNING, fmt="%(message)s") as said:
            taken = all(self._plugin.notify(body=piece) for piece in pieces(text, most))
            return ChatResult(self.service, taken, " ".join(said.getvalue().split()))


class ChatResult(NamedTuple):
    """What became of a message."""

    service: str
    accepted: bool
    reason: str


def message(books: Iterable[ProjectDelays], today: dt.date, lang: Lang) -> str:
    """Return all cases as a text by project, department and person; empty if there are none.

    Whatever the cells say, each case is one line, and nothing in it hides or turns what is around it.
    """
    blocks = []
    for book in books:
        told = groups(book)
        if not told:
            continue
        head = {"title": TITLE.to(lang), "today": today, "count": len(distinct_cases(told))}
        lines = [book.project, _HEAD.fill(lang, head)]
        for _, several in groupby(told, key=lambda group: normalize_name(group.department)):
            for at, group in enumerate(several):
                department, person = group.labels(lang)
                lines += ["", f"【{department}】"] if at == 0 else []
                lines += [f"{person}", *(f"· {case_line(case, lang)}" for case in group.cases)]
        blocks.append("\n".join(map(clean, lines)))
    return "\n\n".join(blocks)


def pieces(text: str, most: int) -> Iterator[str]:
    """Return a text in pieces of at most ``most`` bytes, cut between lines, or inside one that is longer."""
    piece = ""
    for each in text.splitlines(keepends=True):
        for part in _parts(each, most):
            if piece.strip() and len((piece + part).encode()) > most:
                yield piece.strip("\n")
                piece = ""
            piece += part
    if piece.strip():
        yield piece.strip("\n")


def _parts(line: str, most: int) -> Iterator[str]:
    raw = line.encode()
    while raw:
        part = raw[:most].decode("utf-8", "ignore")
        yield part
        raw = raw[len(part.encode()) :]


def _check_address(address: str) -> str:
    for pattern, ours in _WEBHOOKS:
        if match := pattern.fullmatch(address):
            return ours.format(match[1])
    return address


def _plugin(address: str) -> NotifyBase:
    try:
        from apprise import Apprise, LogCapture
    except ImportError as error:
        says = t(
            "发到群聊需要 apprise。请运行 pip install 'collabxl[chat]'",
            "Posting to a chat takes apprise. Run pip install 'collabxl[chat]'",
        )
        raise UsageError(says) from error
    with LogCapture(level=logging.WARNING):
        plugin = Apprise.instantiate(address)
    if plugin is None:
        says = t(
            "不认识这个机器人地址（以 {start}:// 开头）。请从钉钉、企业微信、飞书的机器人设置里复制完整的 Webhook 地址",
            "No such robot is known (its address begins with {start}://). Copy the whole webhook address from the "
            "settings of the robot in DingTalk, WeCom or Feishu",
        )
        raise UsageError(says, start=address.partition("://")[0][:20])
    return plugin
