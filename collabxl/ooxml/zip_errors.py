"""Why a container is refused, each reason with what to do."""

from __future__ import annotations

from collabxl.errors import PackageError
from collabxl.text import Text, t


def damaged_zip_error(what: Text) -> PackageError:
    """Return the refusal of a container that contradicts itself; ``what`` says where."""
    says = t("文件已损坏：{what}。请重新获取一份完整的文件", "The file is damaged: {what}. Ask for a fresh copy")
    return PackageError("damaged-zip", says, kind="corrupt", what=what)


def duplicate_names_error() -> PackageError:
    """Return the refusal of a package in which one name stands for two parts."""
    says = t(
        "压缩包里有两个同名部件，无法确定哪个有效。请用 Excel 打开后另存",
        "The package holds two parts of one name; nobody can say which counts. Open it in Excel and save it again",
    )
    return PackageError("duplicate-names", says, kind="corrupt")


def checksum_error(part: str) -> PackageError:
    """Return the refusal of a part whose bytes are not those that were packed."""
    says = t(
        "部件 {part} 已损坏（校验和不符）。请重新获取一份完整的文件",
        "Part {part} is damaged (its checksum is wrong). Ask for a fresh copy",
    )
    return PackageError("bad-checksum", says, kind="corrupt", part=part)


def foreign_bytes_error(code: str, where: Text) -> PackageError:
    """Return the refusal of a container with bytes that belong to no entry."""
    says = t(
        "文件{where}夹带了别的内容，可能是伪装文件。请用 Excel 打开后另存",
        "Foreign bytes stand {where} of the package; it may be disguised. Open it in Excel and save it again",
    )
    return PackageError(code, says, kind="corrupt", where=where)


def too_large_error() -> PackageError:
    """Return the refusal of a container beyond all measure."""
    says = t(
        "文件过大或部件过多，无法处理。请拆分工作簿",
        "The file is too large or has too many parts. Split the workbook",
    )
    return PackageError("too-large", says, kind="too-large")
