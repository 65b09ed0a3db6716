"""A job written by hand, as a button would, and taken by the very program that buttons start."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path

from collabxl import __version__
from collabxl.excel.doctor.sign import Sign
from collabxl.excel.ribbon.jobs import ASKED, DONE, HEARD, PROTOCOL, TAKEN
from collabxl.text import Lang, t

NOBODY = "collabxl-selftest.xlsx"
"""A workbook that nobody has open: the job is taken and answered, and nothing is touched."""
ACK_WITHIN, DONE_WITHIN = 6.0, 60.0
_ANSWERED = t(
    "自测：{ack:.1f} 秒接任务，{done:.1f} 秒回答（{key}）",
    "Self-test: taken in {ack:.1f} s, answered in {done:.1f} s ({key})",
)
_NO_ANSWER = t("自测：collabxl 没有回答任务", "Self-test: collabxl did not answer the job")
_LATE = t(
    "自测：过了 {ack:.1f} 秒才接任务，加载项只等 {limit:.0f} 秒",
    "Self-test: it took {ack:.1f} s to take the job, the add-in waits {limit:.0f} s",
)
_NOT_STARTED = t("自测：{exe} 启动不了（{why}）", "Self-test: {exe} cannot be started ({why})")
_TELL = t("看日志文件夹 {logs}，或重新安装 collabxl", "See the folder of logs {logs}, or install collabxl again")
_AGAIN = t("再试一次；多半是第一次启动时病毒扫描太慢", "Try again; most likely a virus scan slowed the first start")


def selftest(exe: str, jobs: Path, lang: Lang) -> Sign:
    """Return how a job fared; its files are deleted, whatever happens."""
    job = jobs / f"selftest-{time.time_ns()}{ASKED}"
    logs = str(jobs.with_name("logs"))
    try:
        jobs.mkdir(parents=True, exist_ok=True)
        job.write_text(_job_text(job.stem, lang), encoding="ascii")
        times = _answer_times(job, exe)
        if DONE not in times:
            return Sign("fail", _NO_ANSWER, _TELL, logs=logs)
        ack = times.get(HEARD, times[DONE])
        if ack > ACK_WITHIN:
            return Sign("warn", _LATE, _AGAIN, ack=ack, limit=ACK_WITHIN)
        return Sign("ok", _ANSWERED, ack=ack, done=times[DONE], key=_key(job.with_suffix(DONE)))
    except OSError as error:
        return Sign("fail", _NOT_STARTED, _TELL, exe=exe, why=error.strerror or str(error), logs=logs)
    finally:
        for kind in (ASKED, TAKEN, HEARD, DONE):
            job.with_suffix(kind).unlink(missing_ok=True)


def _job_text(stem: str, lang: Lang) -> str:
    told = {"protocol": PROTOCOL, "id": stem, "verb": "check", "book": NOBODY, "fullname": NOBODY}
    return json.dumps({**told, "hwnd": 0, "pid": 0, "addin": __version__, "lang": lang, "args": {}})


def _answer_times(job: Path, exe: str) -> dict[str, float]:
    """Return the seconds after which each answer was seen; the program is ended when there is nothing to wait for."""
    begun, seen = time.monotonic(), dict[str, float]()
    with subprocess.Popen([exe, "ribbon-run", "--job", job.stem, "--jobs", str(job.parent)]) as program:
        ended = False
        while DONE not in seen and not ended and time.monotonic() - begun < DONE_WITHIN:
            ended = program.poll() is not None
            for kind in (HEARD, DONE):
                if kind not in seen and job.with_suffix(kind).exists():
                    seen[kind] = time.monotonic() - begun
            time.sleep(0.02)
        if DONE not in seen:
            program.kill()
    return seen


def _key(done: Path) -> str:
    lines = done.read_text(encoding="ascii").splitlines()
    return next((line.removeprefix("key=") for line in lines if line.startswith("key=")), "?")
