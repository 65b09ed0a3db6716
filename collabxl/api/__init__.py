"""The public API: every verb and every type that a script may rely on, by its name, each loaded when it is first used.

All of it is there as ``collabxl.name``, too. Where it lives inside may change from version to version, its name and
what its documentation promises do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collabxl.api.catalogue import (
        data_dictionary,
        explain_rules,
        find_rules,
        find_template,
        json_schema,
        list_templates,
        load_settings,
    )
    from collabxl.api.delays import (
        delay_calendar,
        delay_letters,
        delay_message,
        find_delays,
        send_letters,
        split_letters,
        write_letters,
    )
    from collabxl.api.exchange import (
        archive_project,
        merge_copies,
        read_ledger,
        split,
        undo,
        undo_merge,
        verify_archive,
    )
    from collabxl.api.reports import (
        findings_frame,
        outcome_json,
        read_portfolio,
        write_dashboard,
        write_documents,
        write_findings,
        write_portfolio,
    )
    from collabxl.api.workbooks import (
        build_workbook,
        check_workbooks,
        fix_workbooks,
        new_workbook,
        read_workbooks,
        sync_workbooks,
    )
    from collabxl.archive.manifest import Manifest
    from collabxl.archive.pack import ArchiveResult
    from collabxl.archive.verify import ArchiveFault, Difference, Verdict
    from collabxl.errors import (
        CollabxlError,
        ErrorKind,
        FileError,
        MailError,
        PackageError,
        SchemaError,
        SettingsError,
        UsageError,
    )
    from collabxl.exchange.conflicts import Conflict
    from collabxl.exchange.merge_run import MergeResult
    from collabxl.exchange.merge_state import ReturnResult
    from collabxl.exchange.posting import LetterDraft, SentLetter
    from collabxl.exchange.records import LedgerEntry
    from collabxl.exchange.split import DepartmentCopy, SplitResult
    from collabxl.exchange.three_way import CellChange, MergePlan, Spot
    from collabxl.exchange.undo import UndoResult
    from collabxl.exchange.untaken_values import UntakenValue
    from collabxl.mail.server import MailAccess
    from collabxl.pipeline.batch import Watch
    from collabxl.pipeline.documents import WrittenDocument
    from collabxl.pipeline.fix import Fix, FixResult, Refusal
    from collabxl.pipeline.sync import SyncResult
    from collabxl.pipeline.templates.model import Scenario
    from collabxl.reading.tables import Tables
    from collabxl.reading.workbook import Reading
    from collabxl.reminders.cases import Delay, ProjectDelays, UnreadFile
    from collabxl.reports.portfolio.numbers import Portfolio, PortfolioProject
    from collabxl.reports.rule_pages import RulePage
    from collabxl.rules.engine.findings import Finding, Waiver
    from collabxl.rules.engine.outcome import Outcome, TaskFigures
    from collabxl.rules.engine.rule import Rule, Severity
    from collabxl.schema.settings import Limits, MailSettings, Settings
    from collabxl.storage.paths import Paths
    from collabxl.text import Lang, Text
    from collabxl.workbook.content import Row, Value

__all__ = [
    "ArchiveFault",
    "ArchiveResult",
    "CellChange",
    "CollabxlError",
    "Conflict",
    "Delay",
    "DepartmentCopy",
    "Difference",
    "ErrorKind",
    "FileError",
    "Finding",
    "Fix",
    "FixResult",
    "Lang",
    "LedgerEntry",
    "LetterDraft",
    "Limits",
    "MailAccess",
    "MailError",
    "MailSettings",
    "Manifest",
    "MergePlan",
    "MergeResult",
    "Outcome",
    "PackageError",
    "Paths",
    "Portfolio",
    "PortfolioProject",
    "ProjectDelays",
    "Reading",
    "Refusal",
    "ReturnResult",
    "Row",
    "Rule",
    "RulePage",
    "Scenario",
    "SchemaError",
    "SentLetter",
    "Settings",
    "SettingsError",
    "Severity",
    "SplitResult",
    "Spot",
    "SyncResult",
    "Tables",
    "TaskFigures",
    "Text",
    "UndoResult",
    "UnreadFile",
    "UntakenValue",
    "UsageError",
    "Value",
    "Verdict",
    "Waiver",
    "Watch",
    "WrittenDocument",
    "archive_project",
    "build_workbook",
    "check_workbooks",
    "data_dictionary",
    "delay_calendar",
    "delay_letters",
    "delay_message",
    "explain_rules",
    "find_delays",
    "find_rules",
    "find_template",
    "findings_frame",
    "fix_workbooks",
    "json_schema",
    "list_templates",
    "load_settings",
    "merge_copies",
    "new_workbook",
    "outcome_json",
    "read_ledger",
    "read_portfolio",
    "read_workbooks",
    "send_letters",
    "split",
    "split_letters",
    "sync_workbooks",
    "undo",
    "undo_merge",
    "verify_archive",
    "write_dashboard",
    "write_documents",
    "write_findings",
    "write_letters",
    "write_portfolio",
]
_NAMES = {
    "collabxl.api.catalogue": "data_dictionary explain_rules find_rules find_template json_schema "
    "list_templates load_settings",
    "collabxl.api.delays": "delay_calendar delay_letters delay_message find_delays send_letters "
    "split_letters write_letters",
    "collabxl.api.exchange": "archive_project merge_copies read_ledger split undo undo_merge verify_archive",
    "collabxl.api.reports": "findings_frame outcome_json read_portfolio write_dashboard write_documents "
    "write_findings write_portfolio",
    "collabxl.api.workbooks": "build_workbook check_workbooks fix_workbooks new_workbook read_workbooks sync_workbooks",
    "collabxl.archive.manifest": "Manifest",
    "collabxl.archive.pack": "ArchiveResult",
    "collabxl.archive.verify": "Difference Verdict ArchiveFault",
    "collabxl.errors": "CollabxlError FileError MailError PackageError SchemaError SettingsError UsageError ErrorKind",
    "collabxl.exchange.conflicts": "Conflict",
    "collabxl.exchange.merge_run": "MergeResult",
    "collabxl.exchange.merge_state": "ReturnResult",
    "collabxl.exchange.posting": "LetterDraft SentLetter",
    "collabxl.exchange.records": "LedgerEntry",
    "collabxl.exchange.split": "DepartmentCopy SplitResult",
    "collabxl.exchange.three_way": "CellChange MergePlan Spot",
    "collabxl.exchange.undo": "UndoResult",
    "collabxl.exchange.untaken_values": "UntakenValue",
    "collabxl.mail.server": "MailAccess",
    "collabxl.pipeline.batch": "Watch",
    "collabxl.pipeline.documents": "WrittenDocument",
    "collabxl.pipeline.fix": "Fix FixResult Refusal",
    "collabxl.pipeline.sync": "SyncResult",
    "collabxl.pipeline.templates.model": "Scenario",
    "collabxl.reading.tables": "Tables",
    "collabxl.reading.workbook": "Reading",
    "collabxl.reminders.cases": "ProjectDelays Delay UnreadFile",
    "collabxl.reports.portfolio.numbers": "Portfolio PortfolioProject",
    "collabxl.reports.rule_pages": "RulePage",
    "collabxl.rules.engine.findings": "Finding Waiver",
    "collabxl.rules.engine.outcome": "TaskFigures Outcome",
    "collabxl.rules.engine.rule": "Rule Severity",
    "collabxl.schema.settings": "Limits Settings MailSettings",
    "collabxl.storage.paths": "Paths",
    "collabxl.text": "Lang Text",
    "collabxl.workbook.content": "Row Value",
}
"""Where the names above live, for the interpreter what the imports are for a type checker."""
HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}


class UnknownNameError(AttributeError):
    """A name that is not ours; the nearest one is looked up when somebody reads this, as imports of rooms do not."""

    def __str__(self) -> str:
        from difflib import get_close_matches

        near = get_close_matches(str(self.name), HOMES, n=1)
        return f"{super().__str__()}; did you mean {near[0]!r}?" if near else super().__str__()


def public(name: str, module: str) -> Any:
    """Return what a public name stands for; AttributeError, with the nearest one, if ``module`` has none such."""
    if name not in HOMES:
        raise UnknownNameError(f"module {module!r} has no attribute {name!r}", name=name)
    from importlib import import_module

    return getattr(import_module(HOMES[name]), name)


if not TYPE_CHECKING:  # a type checker that saw it would take any name for one of ours

    def __getattr__(name: str) -> Any:
        found = globals()[name] = public(name, __name__)
        return found


def __dir__() -> list[str]:
    return __all__
