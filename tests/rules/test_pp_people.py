"""Who has too much at a time, against counting day by day."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from collabxl import Limits, Settings
from collabxl.reading.tables import build_tables
from collabxl.rules.engine.run import check
from tests.tables import TODAY, example

MONDAY = dt.date(2024, 7, 1)
task = st.tuples(
    st.sampled_from(["张三", "李四", "张三、李四"]), st.integers(0, 25), st.integers(-2, 12), st.booleans()
)


@given(st.lists(task, max_size=12), st.integers(1, 4))
def test_a_person_is_overloaded_on_the_first_day_with_more_than_the_limit(
    made: list[tuple[str, int, int, bool]], most: int
) -> None:
    spans = [(owner, MONDAY + dt.timedelta(at), MONDAY + dt.timedelta(at + length)) for owner, at, length, _ in made]
    rows = "\n".join(
        f"| T{number:03} | A{number} | {owner} | {start} | {due} | {'done' if is_done else 'in_progress'} |"
        for number, ((owner, start, due), (*_, is_done)) in enumerate(zip(spans, made, strict=True), 1)
    )
    text = f"tasks\n| id | name | owner | start | due | status |\n{rows}"
    settings = Settings(select=("PP703",), limits=Limits(busy_tasks=most))
    (found,) = check(build_tables([example(text).reading()]), today=TODAY, settings=settings).findings.values()
    told = {finding.args["person"]: (finding.args["since"], finding.args["named"]) for finding in found}
    assert len(told) == len(found)
    for person in ("张三", "李四"):
        mine = [
            (f"T{number:03}", start, due)
            for number, ((owner, start, due), (*_, is_done)) in enumerate(zip(spans, made, strict=True), 1)
            if person in owner and not is_done
        ]
        days = (MONDAY + dt.timedelta(after) for after in range(45))
        busy = ((day, [name for name, start, due in mine if start <= day <= due]) for day in days if day.weekday() < 5)
        first = next(((day, names) for day, names in busy if len(names) > most), None)
        assert (person in told) == (first is not None)
        if first is not None:
            since, named = told[person]
            assert since == first[0]
            assert set(named) <= set(first[1])
            assert len(named) == most + 1
