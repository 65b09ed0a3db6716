"""Whether the rows of a master still stand under their 编号: nobody sorted the cells beside them since the split."""

from __future__ import annotations

from collabxl.errors import FileError
from collabxl.exchange.ledger import Ledger
from collabxl.exchange.moved_rows import find_moved_rows
from collabxl.exchange.records import CHANGING, SentCopy
from collabxl.exchange.three_way import Rows, Value
from collabxl.rules.matching.names import normalize_name
from collabxl.text import t

_EXCHANGED = t(
    "{path} 里 {rows} 的内容换了位置，编号没有跟着动（只排序了一部分单元格？）。请撤销排序，或按编号把内容摆回去再来；"
    "如果现在这样是对的，用 {--force} 重新拆分",
    "In {path} the contents of {rows} have changed places while the IDs stayed (were only some cells sorted?). Undo "
    "that, or put the contents back by ID; if it is right as it is, split anew with {--force}",
)
_SHOWN = 12


def refuse_moved_rows(path: str, rows: Rows, ledger: Ledger) -> None:
    """Raise FileError if contents of a master, which has ``rows`` now, stand under other 编号 than the ledger knows."""
    known = _last_known_rows(ledger)
    moved: list[str] = []
    for sheet, was in known.items():
        found = find_moved_rows(sheet, was, rows.get(sheet, {}))
        moved += sorted({*found.unsure, *found.home, *found.home.values()})
    if moved:
        shown = [*moved[:_SHOWN], *(["…"] if len(moved) > _SHOWN else [])]
        raise FileError("unsupported", _EXCHANGED, path=path, rows=shown)


def _last_known_rows(ledger: Ledger) -> Rows:
    """Return the rows of the copies that were sent last, with what merges have changed since.

    Of a master that was restored, only what led to it counts.
    """
    last: dict[str, SentCopy] = {}
    for copy, department, _ in reversed(ledger.sent_copies()):
        if normalize_name(department) not in last and (sent := ledger.sent_copy(copy)) and ledger.has_sent(sent):
            last[normalize_name(department)] = sent
    made: dict[str, dict[str, dict[str, Value]]] = {}
    since: dict[tuple[str, str], SentCopy] = {}
    for sent in last.values():
        for sheet, own in sent.rows.items():
            for id in set(own) & sent.base.get(sheet, {}).keys():
                made.setdefault(sheet, {})[id] = dict(sent.base[sheet][id])
                since[sheet, id] = sent
    for entry in ledger.entries():
        spot = entry.spot
        if spot is None or spot.key is None or entry.kind not in CHANGING or (spot.sheet, spot.id) not in since:
            continue
        if not ledger.has(entry):
            continue
        if entry.at is not None and entry.at > since[spot.sheet, spot.id].at:
            made[spot.sheet][spot.id][spot.key] = entry.now
    return made
