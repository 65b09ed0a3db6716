"use strict";
// Draws the page from the data embedded in it. Texts of workbooks only ever become text nodes: nothing here parses HTML.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const LEVELS = Object.keys(data.words.zh.levels);
  const STYLES = { critical: "late", watch: "soon", sound: "status_done", empty: "quiet" };
  const ROWS = 50;
  const state = { lang: data.lang, level: "", department: "", search: "", tab: "projects", open: new Set() };
  const collator = new Intl.Collator("zh-Hans-CN", { numeric: true });
  const say = (key) => data.words[state.lang][key];
  const column = (key) => say("columns")[key];
  const fill = (words, fields) => words.replace(/\{(\w+)\}/g, (_, name) => fields[name]);
  const plain = (text) => text.normalize("NFKC").toLowerCase();
  const both = (pair) => pair[state.lang === "zh" ? 0 : 1];
  const glued = (title) => title.replace(/^([▲△■※]) /, "$1\u00a0");
  const byId = (id) => document.getElementById(id);

  function el(tag, attributes, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {})) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
  }

  const mark = (style, words) => el("span", { class: `mark ${style}` }, words);
  const button = (attributes, words, onclick) => el("button", { type: "button", ...attributes, onclick }, words);

  // A table that sorts by its heads and shows its rows by fifties; printing shows all of them.
  function table({ id, caption, columns, rows, detail, sort, empty }) {
    let order = sort, shown = ROWS;
    const status = el("p", { class: "shown", role: "status" });
    const body = el("tbody"), more = button({ class: "more" }, "", () => draw(shown + ROWS));
    const heads = columns.map((each) =>
      el("th", { scope: "col", class: each.number ? "number" : null },
        each.key === undefined ? each.title
          : button({ title: fill(say("sorted"), { column: each.title }) }, glued(each.title), () => resort(each))));
    const compare = (a, b) => {
      const [x, y] = [order.column.key(a), order.column.key(b)];
      const empties = (x === null) - (y === null);
      return empties || (order.down ? -1 : 1) * (typeof x === "string" ? collator.compare(x, y) : x - y);
    };
    function resort(each) {
      order = { column: each, down: order && order.column === each ? !order.down : Boolean(each.number) };
      draw(ROWS);
    }
    function draw(count) {
      shown = count;
      const wanted = rows(), sorted = order ? [...wanted].sort(compare) : wanted, listed = sorted.slice(0, shown);
      heads.forEach((head, at) => columns[at].key && head.setAttribute("aria-sort",
        order && order.column === columns[at] ? (order.down ? "descending" : "ascending") : "none"));
      body.replaceChildren(...listed.flatMap((row) => {
        const cells = columns.map((each) => el(each.head ? "th" : "td",
          { class: [each.number && "number", each.text && "text"].filter(Boolean).join(" ") || null, scope: each.head ? "row" : null },
          each.cell(row)));
        const line = el("tr", null, ...cells);
        return detail && state.open.has(row) ? [line, unfolded(detail(row), columns.length)] : [line];
      }));
      if (!wanted.length) body.append(el("tr", null, el("td", { colspan: columns.length }, empty || say("none_here"))));
      status.textContent = fill(say("showing"), { shown: listed.length, total: wanted.length });
      more.hidden = listed.length === wanted.length;
      more.textContent = fill(say("more"), { number: Math.min(ROWS, wanted.length - listed.length) });
    }
    const made = el("div", { id },
      el("div", { class: "scroll" }, el("table", null,
        el("caption", null, el("span", null, caption)), el("thead", null, el("tr", null, ...heads)), body)), more, status);
    draw(shown);
    return { made, status, draw, resort, all: () => draw(Infinity), few: () => draw(ROWS) };
  }

  const text = (title, of, more) => ({ title, key: of, cell: of, text: true, ...more });
  const number = (title, of, style) => ({
    title, key: of, number: true,
    cell: (row) => (style && of(row) ? mark(style, String(of(row))) : String(of(row))),
  });
  const day = (title, of) => ({ title, key: of, cell: (row) => of(row) || "—" });
  const list = (columns, listed, caption) => table({ caption, columns, rows: () => listed });

  const level = (project) => mark(STYLES[project.level], say("levels")[project.level]);
  function slip(project) {
    if (!project.finish) return say("unknown");
    if (!project.slip) return say("on_time");
    const words = fill(say(project.slip > 0 ? "late" : "early"), { days: Math.abs(project.slip) });
    return project.slip > 0 ? mark("late", words) : words;
  }
  function done(project) {
    const bar = el("span", { class: "bar", "aria-hidden": "true" }, el("i"), el("u"));
    bar.firstChild.style.width = `${project.done}%`;
    bar.lastChild.style.left = `calc(${project.planned}% - 1px)`;
    return el("span", { title: `${column("planned")} ${project.planned}%` }, bar, el("span", { class: "percent" }, `${project.done}%`));
  }
  function name(project, at) {
    const attributes = { class: "name", "aria-expanded": String(state.open.has(project)), title: say("details"), "data-at": at };
    return button(attributes, project.name, (event) => toggle(project, event.currentTarget));
  }
  function toggle(project, clicked) {
    const line = clicked.closest("tr"), opens = !state.open.delete(project);
    if (opens) {
      state.open.add(project);
      line.after(unfolded(detail(project), line.cells.length));
    } else line.nextSibling.remove();
    clicked.setAttribute("aria-expanded", String(opens));
  }
  const unfolded = (content, across) => el("tr", { class: "detail" }, el("td", { colspan: across }, content));

  const index = data.projects.map((project, at) => {
    project.at = at;
    project.findings = project.counts.error + project.counts.warning;
    project.known = new Set(project.departments.map(plain));
    return plain([project.name, project.lead, project.path, ...project.departments, ...project.people].join("\n"));
  });
  function matching() {
    const words = plain(state.search.trim());
    return data.projects.filter((project) =>
      (!state.level || project.level === state.level) &&
      (!state.department || project.known.has(state.department)) &&
      (!words || index[project.at].includes(words)));
  }

  function projects() {
    const columns = [
      { title: column("health"), key: (p) => LEVELS.indexOf(p.level) * 1e9 - p.overdue * 1e4 - p.slip, cell: level },
      text(column("project"), (p) => p.name, { head: true, cell: (p) => name(p, p.at) }),
      text(column("lead"), (p) => p.lead),
      { title: column("done"), key: (p) => p.done, number: true, cell: done },
      day(column("end"), (p) => p.end),
      day(column("finish"), (p) => p.finish),
      { title: column("slip"), key: (p) => (p.finish ? p.slip : null), number: true, cell: slip },
      number(column("overdue"), (p) => p.overdue, "late"),
      number(column("soon"), (p) => p.soon, "soon"),
      number(column("high"), (p) => p.high, "late"),
      number(column("findings"), (p) => p.findings),
    ];
    return table({
      id: "projects", caption: say("tab_projects"), columns, detail, empty: say("nothing"),
      rows: matching, sort: { column: columns[0], down: false },
    });
  }

  function detail(project) {
    const ahead = project.ahead.map(({ label, due, forecast }) =>
      `◆ ${label} ${fill(say("forecast_of"), { forecast, due: due || "—" })}`);
    const reasons = project.reasons.map(([key, value]) => fill(say("reasons")[key], { number: value }));
    const line = (title, words) => words.length ? el("p", null, el("b", null, title, say("colon")), words) : null;
    const section = (title, content, left) => el("section", null, el("h3", null, title), content,
      left > 0 ? el("p", { class: "note" }, fill(say("more_not_shown"), { number: left })) : null);
    const total = project.findings + project.counts.info;
    return el("div", null,
      line(column("why"), reasons.join(say("semicolon")) || say("levels")[project.level]),
      el("p", null, el("b", null, column("file"), say("colon")),
        project.href ? el("a", { href: project.href }, say("open_file")) : null,
        ` ${project.path}　${column("day")} ${project.day}`),
      line(say("chain"), project.chain.join(" → ")),
      line(say("ahead"), ahead.join("　")),
      project.tasks.length ? section(say("urgent"), tasks(project.tasks), project.overdue + project.soon - project.tasks.length) : null,
      project.risks.length ? section(say("high_risks"), risks(project.risks), project.high - project.risks.length) : null,
      project.problems.length ? section(column("findings"), problems(project.problems), total - project.problems.length) : null);
  }
  const fixed = (label, columns, rows) => el("div", { class: "scroll" }, el("table", { "aria-label": label },
    el("thead", null, el("tr", null, ...columns.map(([title]) => el("th", { scope: "col" }, title)))),
    el("tbody", null, ...rows.map((row) => el("tr", null,
      ...columns.map(([, cell, is_text]) => el("td", { class: is_text ? "text" : null }, cell(row))))))));
  const tasks = (rows) => fixed(say("urgent"), [
    [column("timing"), (task) => mark(task.timing === "overdue" ? "late" : "soon", fill(say("timings")[task.timing], task))],
    [column("due"), (task) => task.due], [column("id"), (task) => task.id], [column("task"), (task) => task.name, true],
    [column("owner"), (task) => task.owner, true], [column("department"), (task) => task.department, true]], rows);
  const risks = (rows) => fixed(say("high_risks"), [
    [column("score"), (risk) => String(risk.score)], [column("risk"), (risk) => risk.description, true],
    [column("status"), (risk) => risk.status], [column("response"), (risk) => say(risk.has_response ? "yes" : "no")]], rows);
  const problems = (rows) => fixed(column("findings"), [
    [column("severity"), ({ severity }) => mark({ error: "late", warning: "soon", info: "quiet" }[severity], say("severities")[severity])],
    [column("code"), (found) => found.code], [column("place"), (found) => found.place, true], [column("id"), (found) => found.id || ""],
    [column("message"), (found) => both(data.texts[found.message]), true], [column("fix"), (found) => both(data.texts[found.fix]), true],
  ], rows);

  // Departments and people lead to their projects.
  function loads(title, listed, choose) {
    const columns = [
      text(title, (load) => load.name || say("nobody"), {
        head: true,
        cell: (load) => load.name
          ? button({ class: "name", title: fill(say("show_projects"), load) }, load.name, () => choose(load.name)) : say("nobody"),
      }),
      number(column("projects"), (load) => load.projects), number(column("open"), (load) => load.open),
      number(column("overdue"), (load) => load.overdue, "late"), number(column("soon"), (load) => load.soon, "soon"),
      number(column("longest"), (load) => load.longest),
    ];
    return list(columns, listed, title);
  }
  function matrix() {
    const size = [1, 2, 3, 4, 5];
    const kind = (score) => (score >= data.limits.high ? "high" : score >= data.limits.medium ? "medium" : "low");
    const head = el("tr", null, el("th", null, `${say("likely")}＼${say("grave")}`),
      ...size.map((each) => el("th", { scope: "col" }, String(each))));
    const lines = [...size].reverse().map((likely) => el("tr", null, el("th", { scope: "row" }, String(likely)),
      ...size.map((grave) => el("td", { class: kind(likely * grave) }, String(data.matrix[likely - 1][grave - 1] || "")))));
    const unscored = data.projects.reduce((sum, each) => sum + each.unscored, 0);
    return el("div", null,
      el("table", { class: "matrix" }, el("caption", null, say("matrix")), el("thead", null, head), el("tbody", null, ...lines)),
      unscored ? el("p", { class: "note" }, fill(say("unscored"), { number: unscored })) : null);
  }
  const jump = (project) => button({ class: "name" }, project.name, () => show(project));
  function riskList() {
    const listed = data.projects.flatMap((project) => project.risks.map((risk) => ({ ...risk, project })));
    const columns = [
      number(column("score"), (risk) => risk.score), text(column("risk"), (risk) => risk.description, { head: true }),
      text(column("status"), (risk) => risk.status), text(column("response"), (risk) => say(risk.has_response ? "yes" : "no")),
      text(column("project"), (risk) => risk.project.name, { cell: (risk) => jump(risk.project) }),
    ];
    return table({ caption: say("high_risks"), columns, rows: () => listed, sort: { column: columns[0], down: true } });
  }
  function links() {
    const states = Object.keys(say("crossings"));
    const marks = { no_project: "quiet", in_time: "quiet", done: "status_done" };
    const columns = [
      { title: column("state"), key: (link) => states.indexOf(link.state), cell: ({ state }) => mark(marks[state] || "late", say("crossings")[state]) },
      text(column("project"), (link) => data.projects[link.at].name, { head: true, cell: (link) => jump(data.projects[link.at]) }),
      text(column("task"), (link) => link.task), day(column("due"), (link) => link.due), text(column("waits_for"), (link) => link.token),
      text(column("before"), (link) => link.before || "—", {
        cell: (link) => (link.before_at === null ? "—" : el("span", null, jump(data.projects[link.before_at]), ` ${link.before}`)),
      }),
      day(column("before_due"), (link) => link.before_due), day(column("before_forecast"), (link) => link.before_forecast),
      { ...number(column("spare"), (link) => link.spare), cell: ({ spare }) => (spare === null ? "—" : String(spare)) },
    ];
    return table({ caption: say("tab_links"), columns, rows: () => data.links, sort: { column: columns[0], down: false } });
  }
  function aside() {
    const columns = [text(column("file"), (each) => each.path, { head: true }), text(column("reason"), (each) => both(each.said))];
    return list(columns, data.aside, say("tab_aside"));
  }
  function health() {
    const columns = [
      [column("measure"), (each) => both(each.said), true], [column("watch"), (each) => String(each.watch)],
      [column("critical"), (each) => (each.critical === null ? "—" : String(each.critical))],
    ];
    return el("div", null, el("h2", null, say("tab_health")), el("p", null, say("formula")), fixed(say("tab_health"), columns, data.measures));
  }

  let drawn = {};
  const TABS = {
    projects: [() => data.projects.length, () => [filters(), drawn.projects.made]],
    departments: [() => data.departments.length, () => [
      loads(column("department"), data.departments, (chosen) => choose({ department: plain(chosen) })).made]],
    people: [() => data.people.length, () => [
      loads(column("person"), data.people, (chosen) => choose({ search: chosen })).made, el("p", { class: "note" }, say("shared"))]],
    risks: [() => data.projects.reduce((sum, each) => sum + each.open, 0), () => [matrix(), riskList().made]],
    links: [() => data.links.length, () => [links().made]],
    aside: [() => data.aside.length, () => [aside().made]],
    health: [() => null, () => [health()]],
  };
  function filters() {
    const chooser = (id, label) => ({ id, "aria-label": label, onchange: (event) => choose({ [id]: event.target.value }) });
    const levels = el("select", chooser("level", column("health")),
      el("option", { value: "" }, say("all_levels")), ...LEVELS.map((each) => el("option", { value: each }, say("levels")[each])));
    const departments = el("select", chooser("department", column("department")),
      el("option", { value: "" }, say("all_departments")),
      ...data.departments.filter((each) => each.name).map((each) => el("option", { value: plain(each.name) }, each.name)));
    const search = el("input", {
      id: "search", type: "search", placeholder: say("search"), "aria-label": say("search"),
      oninput: (event) => choose({ search: event.target.value }, false),
    });
    Object.entries({ level: levels, department: departments, search }).forEach(([key, field]) => { field.value = state[key]; });
    return el("div", { class: "filters", role: "search" }, search, levels, departments,
      button({ id: "clear" }, say("clear"), () => choose({ level: "", department: "", search: "" })), drawn.projects.status);
  }
  // What is chosen shows in the filters and in the tiles; while somebody types, the field is left alone.
  function choose(chosen, sets = true) {
    Object.assign(state, chosen);
    if (state.tab !== "projects") select("projects");
    if (sets) for (const key of ["level", "department", "search"]) byId(key).value = state[key];
    byId("tiles").querySelectorAll("[data-level]").forEach((tile) => tile.setAttribute("aria-pressed", String(tile.dataset.level === state.level)));
    drawn.projects.draw(ROWS);
  }
  function show(project) {
    state.open.add(project);
    choose({ level: "", department: "", search: project.name });
    byId("projects").querySelector(`[data-at="${project.at}"]`).focus();
  }

  function tiles() {
    const sum = (of) => data.projects.reduce((total, project) => total + of(project), 0);
    const chooser = (level) => ({
      type: "button", "data-level": level, "aria-pressed": String(state.level === level),
      onclick: () => choose({ level: state.level === level ? "" : level }),
    });
    const tile = (words, value, style, level) => el(level ? "button" : "div",
      { class: `tile ${style}${value ? "" : " zero"}`, ...(level && chooser(level)) },
      el("span", null, words), el("b", null, String(value)));
    const of_level = LEVELS.map((each) => tile(
      fill(say("projects_of"), { level: say("levels")[each] }), sum((project) => project.level === each), STYLES[each], each));
    byId("tiles").replaceChildren(...of_level,
      tile(say("tasks_overdue"), sum((project) => project.overdue), "late"), tile(say("tasks_soon"), sum((project) => project.soon), "soon"),
      tile(say("high_risks"), sum((project) => project.high), "late"), tile(column("findings"), sum((project) => project.findings), ""));
  }
  function select(tab, focus = false) {
    state.tab = tab;
    for (const key of Object.keys(TABS)) {
      const button = byId(`tab-${key}`), chosen = key === tab;
      button.setAttribute("aria-selected", String(chosen));
      button.tabIndex = chosen ? 0 : -1;
      byId(`panel-${key}`).hidden = !chosen;
      if (chosen) fillPanel(key);
      if (chosen && focus) button.focus();
    }
  }
  // A panel is drawn when it is first looked at, or printed.
  function fillPanel(key) {
    const panel = byId(`panel-${key}`);
    if (!panel.hasChildNodes()) panel.append(...TABS[key][1]());
  }
  function move(event) {
    const keys = Object.keys(TABS), at = keys.indexOf(state.tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: keys.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    select(keys[(to + keys.length) % keys.length], true);
  }
  function tabs() {
    byId("tabs").replaceChildren(...Object.entries(TABS).map(([key, [count]]) => {
      const words = count() === null ? say(`tab_${key}`) : `${say(`tab_${key}`)} ${count()}`;
      return button({ role: "tab", id: `tab-${key}`, "aria-controls": `panel-${key}`, onkeydown: move }, words, () => select(key));
    }));
    byId("panels").replaceChildren(...Object.entries(TABS).map(([key, [count]]) =>
      el("div", { role: "tabpanel", id: `panel-${key}`, "aria-labelledby": `tab-${key}`, class: count() === 0 ? "empty" : null })));
  }

  function dark() {
    return (document.documentElement.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  }
  function theme(chosen) {
    document.documentElement.dataset.theme = chosen;
    byId("theme").textContent = say(chosen === "dark" ? "light" : "dark");
  }
  function draw() {
    document.documentElement.lang = state.lang === "zh" ? "zh-CN" : "en";
    document.title = say("title");
    for (const each of document.querySelectorAll("[data-say]")) each.textContent = say(each.dataset.say);
    for (const each of document.querySelectorAll("[data-label]")) each.setAttribute("aria-label", say(each.dataset.label));
    byId("language").textContent = say("language");
    byId("as-of").textContent = fill(say("as_of"), { projects: data.projects.length, today: data.today });
    theme(dark() ? "dark" : "light");
    tiles();
    tabs();
    drawn = { projects: projects() };
    select(state.tab);
  }
  byId("language").addEventListener("click", () => { state.lang = state.lang === "zh" ? "en" : "zh"; draw(); });
  byId("theme").addEventListener("click", () => theme(dark() ? "light" : "dark"));
  byId("print").addEventListener("click", () => window.print());
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => theme(event.matches ? "dark" : "light"));
  let worn;
  addEventListener("beforeprint", () => {
    worn = dark();
    theme("light");
    Object.keys(TABS).forEach(fillPanel);
    drawn.projects.all();
  });
  addEventListener("afterprint", () => { theme(worn ? "dark" : "light"); drawn.projects.few(); });
  draw();
})();
