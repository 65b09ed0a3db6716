"""The engine and its one app: the LibreOffice that runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import Any

from collabxl.excel.live.libreoffice.books import Books
from collabxl.excel.live.libreoffice.office import desktop
from collabxl.excel.live.libreoffice.values import CellError

_PID = 1
"""There is one LibreOffice a user; it does not tell its process."""


class Engine:
    """LibreOffice, as xlwings speaks with programs."""

    name = "libreoffice"
    type = "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self)

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        """Return a value as ranges take it: not-a-number is nothing."""
        if value is None or value != value:
            return None
        return value.item() if hasattr(value, "item") else value

    @staticmethod
    def clean_value_data(
        rows: list[list[Any]],
        datetime_builder: Callable[..., Any],
        empty_as: Any,
        number_builder: Callable[[float], Any] | None,
        err_to_str: bool,
    ) -> list[list[Any]]:
        """Return what ranges read as xlwings hands it on."""

        def clean(value: Any) -> Any:
            match value:
                case None:
                    return empty_as
                case CellError():
                    return str(value) if err_to_str else None
                case dt.datetime():
                    parts = (value.year, value.month, value.day, value.hour, value.minute, value.second)
                    return datetime_builder(*parts, microsecond=value.microsecond, tzinfo=None)
                case float() if number_builder is not None:
                    return number_builder(value)
                case _:
                    return value

        return [[clean(value) for value in row] for row in rows]


class Apps:
    """The one LibreOffice."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def keys(self) -> list[int]:
        return [_PID]

    def __iter__(self) -> Iterator[App]:
        return iter([App(self._engine)])

    def __len__(self) -> int:
        return 1

    def __getitem__(self, pid: int) -> App:
        return App(self._engine)


class App:
    """The running program."""

    pid, hwnd = _PID, 0
    display_alerts = enable_events = True
    version = "7.0"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.uno = desktop()
        self._updating = True

    @property
    def api(self) -> App:
        return self

    @property
    def books(self) -> Books:
        return Books(self)

    def activate(self, steal_focus: bool = False) -> None:
        self.books.active.activate()

    @property
    def screen_updating(self) -> bool:
        return self._updating

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        """Hold the screens of all books still, or let them go."""
        if value != self._updating:
            self._updating = value
            for book in self.books:
                book.uno.unlockControllers() if value else book.uno.lockControllers()

    @property
    def calculation(self) -> str:
        return "automatic" if self.books.active.uno.isAutomaticCalculationEnabled() else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        for book in self.books:
            book.uno.enableAutomaticCalculation(value != "manual")

    def calculate(self) -> None:
        for book in self.books:
            book.uno.calculate()

    @property
    def status_bar(self) -> bool:
        """Whether LibreOffice writes its own; what was written cannot be read."""
        return False

    @status_bar.setter
    def status_bar(self, text: str | bool) -> None:
        controller = self.books.active.uno.CurrentController
        indicator = controller.Frame.createStatusIndicator() if controller is not None else None
        if indicator is not None:
            indicator.end() if text is False else indicator.start(str(text), 0)
