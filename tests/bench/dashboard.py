"""How long 1,000 projects take in Chromium to be searched, filtered and sorted: ``python -m tests.bench.dashboard``.

Each figure is from the act to the page being laid out anew, in milliseconds.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from collabxl.reports.portfolio.page import page
from tests.parts.browser import chromium, sized
from tests.reports.portfolios import many

PROJECTS = 1000
ACTS = """
const out = {};
const time = (name, act) => {
  const runs = [];
  for (let run = 0; run < 25; run++) {
    const start = performance.now();
    act(run);
    document.body.offsetHeight;
    runs.push(performance.now() - start);
  }
  runs.sort((a, b) => a - b);
  out[name] = [runs[0], runs[12], runs[24]];
};
const say = (id, value, event) => {
  const field = document.getElementById(id);
  field.value = value;
  field.dispatchEvent(new Event(event, { bubbles: true }));
};
time("search", (run) => say("search", ["支付", "erp", "", "王经理", "0999", "2024"][run % 6], "input"));
say("search", "", "input");
time("filter", (run) => say("level", ["critical", "watch", "sound", ""][run % 4], "change"));
say("level", "", "change");
const heads = [...document.querySelectorAll("#projects thead button")];
time("sort", (run) => heads[run % heads.length].click());
time("open a project", () => document.querySelector("#projects tbody .name").click());
time("language", () => document.getElementById("language").click());
return out;
"""


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        path = Path(folder) / "page.html"
        path.write_bytes(page(many(PROJECTS), path, "zh"))
        sized(browser, 1440, 900)
        browser.get(path.as_uri())
        print(f"{PROJECTS} projects, {path.stat().st_size / 1e6:.1f} MB")
        for act, (least, median, most) in browser.execute_script(ACTS).items():
            print(f"{act:<16} min {least:6.1f}  median {median:6.1f}  max {most:6.1f} ms")


if __name__ == "__main__":
    main()
