"""Defined names, as xlwings asks for them."""

from __future__ import annotations

from typing import Any

from collabxl.excel.live.libreoffice.formulas import from_calc, to_calc
from collabxl.excel.live.libreoffice.office import uno


class Name:
    """One name and what it stands for."""

    def __init__(self, holder: Any, name: str) -> None:
        self._holder = holder
        self.name = name

    @property
    def api(self) -> Name:
        return self

    @property
    def refers_to(self) -> str:
        """Its formula, as Excel spells it."""
        return "=" + from_calc(self._holder.getByName(self.name).Content)

    def delete(self) -> None:
        self._holder.removeByName(self.name)


class Names:
    """The names of a book or of a sheet."""

    def __init__(self, holder: Any) -> None:
        self._holder = holder

    @property
    def api(self) -> Names:
        return self

    def __len__(self) -> int:
        return len(self._holder.ElementNames)

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name, Name(self._holder, name)) for name in self._holder.ElementNames]

    def contains(self, name: str) -> bool:
        return bool(self._holder.hasByName(name))

    def __call__(self, name_or_index: str | int) -> Name:
        """Return a name by itself or its place from 1; KeyError if there is none."""
        listed = self._holder.ElementNames
        name = listed[name_or_index - 1] if isinstance(name_or_index, int) else name_or_index
        if name not in listed:
            raise KeyError(name)
        return Name(self._holder, name)

    def add(self, name: str, refers_to: str) -> Name:
        """Define a name, or define it anew."""
        if self._holder.hasByName(name):
            self._holder.removeByName(name)
        at = uno().createUnoStruct("com.sun.star.table.CellAddress")
        self._holder.addNewByName(name, to_calc(refers_to.removeprefix("=")), at, 0)
        return Name(self._holder, name)
