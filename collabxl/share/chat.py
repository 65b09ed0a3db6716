"""Reminders in a group chat: DingTalk, WeCom, Feishu and whatever else apprise knows."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from collabxl.errors import MailError, UsageError
from collabxl.share.reminders import Notice, told
from collabxl.text import t

_MISSING = t("群消息需要 apprise：pip install 'collabxl[chat]'", "Chat needs apprise: pip install 'collabxl[chat]'")
_NO_ADDRESS = t(
    "第 {number} 个群地址不对。请写成 dingtalk://令牌、wecombot://密钥 或 feishu://令牌",
    "Chat address {number} is wrong. Write dingtalk://TOKEN, wecombot://KEY or feishu://TOKEN",
)
_FAILED = t(
    "第 {number} 个群没有收下{department}的消息。请检查令牌、关键词和网络",
    "Chat {number} did not take the message of {department}. Check its token, its keyword and the network",
)
_TITLE = t("【{project}】{department}：{count} 项需要处理", "[{project}] {department}: {count} need attention")


class Chats:
    """Group chats by their addresses, which hold secrets and are never told; UsageError for one that is none."""

    def __init__(self, addresses: Sequence[str]) -> None:
        try:
            from apprise import Apprise
        except ImportError as error:
            raise UsageError(_MISSING) from error
        logging.getLogger("apprise").setLevel(logging.CRITICAL)
        self._chats: list[Any] = []
        for number, address in enumerate(addresses, 1):
            chat = Apprise()
            if not chat.add(address):
                raise UsageError(_NO_ADDRESS, number=number)
            self._chats.append(chat)

    def post(self, notice: Notice) -> list[MailError]:
        """Post what a department has to see to into every chat, and return what went wrong."""
        reading = notice.outcome.reading
        assert reading is not None
        said = {"project": notice.outcome.project or "", "department": notice.department}
        title = _TITLE.fill(reading.lang, {**said, "count": len(notice.reminders)})
        body = told(notice.reminders, reading.lang)
        return [
            MailError("refused", _FAILED, number=number, department=notice.department)
            for number, chat in enumerate(self._chats, 1)
            if not chat.notify(title=title, body=body)
        ]
