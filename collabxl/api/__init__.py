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
    from collabxl.archive.pack import Archived
    from collabxl.archive.verify import Difference, Verdict
    from collabxl.archive.verify import Fault as ArchiveFault
    from collabxl.errors import (
        CollabxlError,
        FileError,
        MailError,
        PackageError,
        SchemaError,
        SettingsError,
        UsageError,
    )
    from collabxl.errors import Kind as ErrorKind
    from collabxl.exchange.conflicts import Standing as Conflict
    from collabxl.exchange.merge_run import Merged
    from collabxl.exchange.merge_state import Result as MergedReturn
    from collabxl.exchange.posting import Post as LetterDraft
    from collabxl.exchange.posting import Posted as SentLetter
    from collabxl.exchange.records import Entry as LedgerEntry
    from collabxl.exchange.split import Copy as DepartmentCopy
    from collabxl.exchange.split import Splitting
    from collabxl.exchange.three_way import Change as CellChange
    from collabxl.exchange.three_way import Plan as MergePlan
    from collabxl.exchange.three_way import Spot
    from collabxl.exchange.undo import Undone as UndoneMerge
    from collabxl.exchange.untaken_values import Untaken
    from collabxl.mail.server import Access as MailAccess
    from collabxl.pipeline.batch import Watch
    from collabxl.pipeline.documents import WrittenDocument
    from collabxl.pipeline.fix import Fix, Fixed, Refusal
    from collabxl.pipeline.sync import Synced
    from collabxl.pipeline.templates.model import Scenario
    from collabxl.reading.tables import Tables
    from collabxl.reading.workbook import Reading
    from collabxl.reminders.cases import Book as ProjectDelays
    from collabxl.reminders.cases import Case as Delay
    from collabxl.reminders.cases import Unread as UnreadFile
    from collabxl.reports.portfolio.numbers import Portfolio
    from collabxl.reports.portfolio.numbers import Project as PortfolioProject
    from collabxl.reports.rule_pages import Page as RulePage
    from collabxl.rules.engine.findings import Finding, Waiver
    from collabxl.rules.engine.outcome import Figures, Outcome
    from collabxl.rules.engine.rule import Rule, Severity
    from collabxl.schema.settings import Limits, Settings
    from collabxl.schema.settings import Mail as MailSettings
    from collabxl.storage.paths import Paths
    from collabxl.text import Lang, Text
    from collabxl.workbook.content import Row, Value

__all__ = [
    "ArchiveFault",
    "Archived",
    "CellChange",
    "CollabxlError",
    "Conflict",
    "Delay",
    "DepartmentCopy",
    "Difference",
    "ErrorKind",
    "Figures",
    "FileError",
    "Finding",
    "Fix",
    "Fixed",
    "Lang",
    "LedgerEntry",
    "LetterDraft",
    "Limits",
    "MailAccess",
    "MailError",
    "MailSettings",
    "Manifest",
    "MergePlan",
    "Merged",
    "MergedReturn",
    "Outcome",
    "PackageError",
    "Paths",
    "Portfolio",
    "PortfolioProject",
    "ProjectDelays",
    "Reading",
    "Refusal",
    "Row",
    "Rule",
    "RulePage",
    "Scenario",
    "SchemaError",
    "SentLetter",
    "Settings",
    "SettingsError",
    "Severity",
    "Splitting",
    "Spot",
    "Synced",
    "Tables",
    "Text",
    "UndoneMerge",
    "UnreadFile",
    "Untaken",
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
    "collabxl.api.workbooks": "new_workbook build_workbook read_workbooks check_workbooks sync_workbooks fix_workbooks",
    "collabxl.api.exchange": "split merge_copies read_ledger undo undo_merge archive_project verify_archive",
    "collabxl.api.reports": "findings_frame outcome_json write_findings write_documents read_portfolio write_dashboard "
    "write_portfolio",
    "collabxl.api.delays": "find_delays delay_letters delay_calendar delay_message split_letters write_letters "
    "send_letters",
    "collabxl.api.catalogue": "load_settings list_templates find_template find_rules explain_rules json_schema "
    "data_dictionary",
    "collabxl.errors": "CollabxlError UsageError SettingsError SchemaError FileError PackageError MailError "
    "ErrorKind=Kind",
    "collabxl.workbook.content": "Row Value",
    "collabxl.pipeline.batch": "Watch",
    "collabxl.schema.settings": "Settings Limits MailSettings=Mail",
    "collabxl.text": "Lang Text",
    "collabxl.storage.paths": "Paths",
    "collabxl.reading.tables": "Tables",
    "collabxl.reading.workbook": "Reading",
    "collabxl.rules.engine.rule": "Rule Severity",
    "collabxl.reports.rule_pages": "RulePage=Page",
    "collabxl.pipeline.templates.model": "Scenario",
    "collabxl.rules.engine.findings": "Finding Waiver",
    "collabxl.rules.engine.outcome": "Outcome Figures",
    "collabxl.pipeline.sync": "Synced",
    "collabxl.pipeline.fix": "Fixed Fix Refusal",
    "collabxl.exchange.split": "Splitting DepartmentCopy=Copy",
    "collabxl.exchange.merge_run": "Merged",
    "collabxl.exchange.merge_state": "MergedReturn=Result",
    "collabxl.exchange.three_way": "MergePlan=Plan CellChange=Change Spot",
    "collabxl.exchange.conflicts": "Conflict=Standing",
    "collabxl.exchange.untaken_values": "Untaken",
    "collabxl.mail.server": "MailAccess=Access",
    "collabxl.exchange.records": "LedgerEntry=Entry",
    "collabxl.exchange.undo": "UndoneMerge=Undone",
    "collabxl.archive.pack": "Archived",
    "collabxl.archive.verify": "Verdict Difference ArchiveFault=Fault",
    "collabxl.archive.manifest": "Manifest",
    "collabxl.pipeline.documents": "WrittenDocument",
    "collabxl.reports.portfolio.numbers": "Portfolio PortfolioProject=Project",
    "collabxl.reminders.cases": "ProjectDelays=Book Delay=Case UnreadFile=Unread",
    "collabxl.exchange.posting": "LetterDraft=Post SentLetter=Posted",
}
"""Where the names above live, for the interpreter what the imports are for a type checker; ``public=name there``."""
HOMES = {
    public: (module, own or public)
    for module, names in _NAMES.items()
    for public, _, own in (name.partition("=") for name in names.split())
}


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

    home, own = HOMES[name]
    return getattr(import_module(home), own)


if not TYPE_CHECKING:  # a type checker that saw it would take any name for one of ours

    def __getattr__(name: str) -> Any:
        found = globals()[name] = public(name, __name__)
        return found


def __dir__() -> list[str]:
    return __all__
