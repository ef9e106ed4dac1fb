// Filters and rows of the findings. Everything else on the page works without this file.
// Rows are made as they come into view; text is only ever set as text, never parsed as markup.
"use strict";
(() => {
  const CHUNK = 100;
  const PRINTED = 500;
  const by = (id) => document.getElementById(id);
  const data = JSON.parse(by("data").textContent);
  const { labels, checks, findings } = data;
  const rows = by("rows"), more = by("more"), nothing = by("nothing"), shown = by("shown"), form = by("filters");
  let matching = findings;
  let drawn = 0;
  let group = "";
  let sizes = new Map();
  let parts = new Map();
  let raised = new Map();

  function el(tag, className, ...children) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
  }

  // A pair is [English, Chinese]; the style sheet shows the one that is chosen.
  function both(pair) {
    if (pair[0] === pair[1]) return [document.createTextNode(pair[0])];
    return ["en", "zh"].map((lang, index) => {
      const node = el("span", "", pair[index]);
      node.lang = lang;
      return node;
    });
  }

  // Our own sentences mark code by backticks.
  function rich(pair) {
    const parts = (text) => text.split("`").map((part, index, all) =>
      index % 2 && all.length % 2 ? el("code", "", part) : part + (all.length % 2 || index === all.length - 1 ? "" : "`"));
    if (pair[0] === pair[1]) return parts(pair[0]);
    return ["en", "zh"].map((lang, index) => {
      const node = el("span", "", ...parts(pair[index]));
      node.lang = lang;
      return node;
    });
  }

  const label = (key) => both(labels[key]);

  function fill(key, values) {
    return labels[key].map((text) => text.replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString("en-US")));
  }

  // What is wrong, or what is claimed; what is set apart from others of its check says so.
  function called(f) {
    const check = checks[f.c];
    const pair = f.v === "fail" && check.problem ? check.problem : check.title;
    return f.ap ? labels[`apart.${f.ap}`].map((text, index) => text.replace("{what}", pair[index])) : pair;
  }

  // What is part of another failure of the same subject stands under it, and makes it as bad.
  function gathered(list) {
    const key = (f, id) => [f.t, f.u, id, Boolean(f.w), f.new === false].join("\n");
    const heads = new Map(list.filter((f) => f.v === "fail" && !f.po).map((f) => [key(f, checks[f.c].id), f]));
    const found = new Set();
    parts = new Map();
    raised = new Map();
    for (const f of list) {
      const head = f.po && heads.get(key(f, f.po));
      if (head) parts.set(head, [...(parts.get(head) || []), f]);
      if (!found.has(head || f)) raised.set(head || f, f.s);
      found.add(head || f);
    }
    return [...found];
  }

  function row(f) {
    const check = checks[f.c];
    const below = parts.get(f) || [];
    const badge = raised.get(f) || f.s;
    const quiet = f.v === "fail" && (f.w || f.new === false) ? " quiet" : "";
    const node = el("details", `row ${f.v} ${badge}${quiet}`);
    node.id = `f-${f.k || f.fp}`;
    const tags = el("span", "tags");
    if (f.new && f.v === "fail") tags.append(el("span", "tag new", ...label("report.new")));
    if (f.w) tags.append(el("span", "tag", ...label("report.waived.title")));
    tags.append(el("span", `verdict ${f.v}`, ...label(`verdict.${f.v}`)));
    node.append(el("summary", "",
      el("span", `badge ${badge}`, ...label(`severity.${badge}`)),
      el("span", "main",
        by("group-by").value === "check" && !f.po ? null : el("span", "title", ...rich(called(f))),
        el("span", "sub", el("code", "place", f.p), " ", f.th ? el("code", "thing", f.th) : null, " ", f.in ? el("span", "thing dim", f.in) : null, " ", el("span", "seen", ...(f.ev ? both(f.ev) : []))),
        ...below.map((each) => el("span", "sub dim part", "+ ", ...rich(called(each))))),
      tags));
    node.addEventListener("toggle", () => { if (node.open) unfold(node, f); });
    return node;
  }

  function unfold(node, f) {
    if (node.childElementCount > 1) return;
    node.append(body(f, checks[f.c]));
    const below = parts.get(f) || [];
    if (below.length) node.append(el("p", "note", ...label("html.parts")), ...below.map(row));
  }

  function body(f, check) {
    const left = el("dl", "left"), right = el("dl", "right"), meta = el("dl", "meta");
    const add = (list, key, ...content) => list.append(el("dt", "", ...label(key)), el("dd", "", ...content));
    const text = (list, key, pair) => { if (pair && (pair[0] || pair[1])) add(list, key, ...both(pair)); };
    const prose = (list, key, pair) => { if (pair && (pair[0] || pair[1])) add(list, key, ...rich(pair)); };
    const plain = (list, key, value) => { if (value) add(list, key, value); };
    const code = (list, key, value) => { if (value) add(list, key, el("code", "", value)); };
    const block = (list, key, value) => { if (value) add(list, key, el("pre", "", value), copy(value)); };
    const lines = (list, key, value) => {
      if (!value) return;
      const pre = el("pre", value[0][0] ? "code" : "");
      for (const [number, line, isHere] of value) pre.append(el("span", isHere ? "code-line here" : "code-line", number ? numbered(number) : null, line + "\n"));
      add(list, key, pre, copy(value.map((each) => each[1]).join("\n")));
    };
    const change = (list, patch, written) => {
      if (!written) { block(list, "report.patch", patch); return; }
      block(list, "report.yaml", written);
      list.append(el("dd", "", el("details", "fold", el("summary", "", ...label("report.patch")), el("pre", "", patch), copy(patch))));
    };

    lines(left, "report.snippet", f.n);
    code(left, "report.subject", f.th);
    code(left, "report.api", f.api);
    text(left, "report.what", f.m);
    text(left, "report.expected", f.e);
    text(left, "report.actual", f.a);
    text(left, "report.reason", f.gr);
    plain(left, "report.tool", f.gt);
    prose(left, "report.remedy", f.gf);
    text(left, "report.suppression", f.sup);
    text(left, "report.waiver", f.w);
    code(left, "report.component", f.pkg);
    code(left, "report.vulnerability", f.vul);

    prose(right, "report.why", check.why);
    prose(right, "report.remediation", check.fix);
    change(right, f.patch, f.y);
    plain(right, "report.source", check.source);
    if (check.controls.length) {
      add(right, "report.controls", ...check.controls.flatMap((pair) => [control(pair), " "]));
    }
    if (check.cwe.length) {
      const links = check.cwe.flatMap((n) => [link(`https://cwe.mitre.org/data/definitions/${n}.html`, `CWE-${n}`), " "]);
      right.append(el("dt", "", "CWE"), el("dd", "", ...links));
    }
    if (check.refs && check.refs.length) {
      add(right, "report.references", ...check.refs.flatMap((url) => [link(url, url), el("br")]));
    }
    const group = (key, ...content) => meta.append(el("div", "", el("dt", "", ...label(key)), el("dd", "", ...content)));
    group("report.rule", el("code", "", check.id + (check.rule ? ` (${check.rule})` : "")));
    group("report.confidence", ...label(`confidence.${f.cf}`));
    group("report.run.target", el("code", "", f.t));
    group("report.fingerprint", el("code", "", f.fp));
    for (const at of f.o || []) group("report.evidence", raw(at));
    return el("div", "body", left, right, meta);
  }

  // The bytes that a finding rests on, where the page lies in the folder of its run.
  function raw(at) {
    const digest = at.slice("sha256:".length).split("/")[0];
    return link(`captures/sha256/${digest.slice(0, 2)}/${digest}`, at);
  }

  // A control leads to everything that speaks to it.
  function control(pair) {
    const node = el("a", "control", ...both(pair));
    node.href = `#text=${encodeURIComponent(`"${pair[0]}"`)}`;
    return node;
  }

  function numbered(line) {
    const node = el("i", "");
    node.dataset.line = String(line);
    return node;
  }

  function copy(text) {
    if (!navigator.clipboard) return null;
    const node = el("button", "copy");
    node.type = "button";
    node.ariaLabel = "copy 复制";
    node.addEventListener("click", () => navigator.clipboard.writeText(text).then(() => node.classList.add("done")));
    return node;
  }

  function link(url, text) {
    const node = el("a", "", text);
    node.href = url;
    node.rel = "noreferrer";
    return node;
  }

  const ways = {
    check: (f) => [checks[f.c].id + (f.ap ? ` ${f.ap}` : ""), () => rich(called(f))],
    file: (f) => [f.p.replace(/:\d+$/, ""), (name) => [name]],
    object: (f) => [f.u || f.t, (name) => [name]],
    control: (f) => { const pair = checks[f.c].controls[0] || ["–", "–"]; return [pair[0], () => both(pair)]; },
    none: () => ["", null],
  };
  const grouped = () => ways[by("group-by").value] || ways.check;

  // Groups stand in the order of their worst finding.
  function arranged(list) {
    const key = grouped(), places = new Map();
    for (const f of list) {
      const name = `${f.v} ${key(f)[0]}`;
      if (!places.has(name)) places.set(name, []);
      places.get(name).push(f);
    }
    sizes = new Map([...places].map(([name, found]) => [name, found.length]));
    return [...places.values()].flat();
  }

  function head(f) {
    const [name, content] = grouped()(f);
    const key = `${f.v} ${name}`;
    if (!content || key === group) return null;
    group = key;
    return el("p", `group-head ${f.v}`, el("b", "", ...content(name)), el("span", "dim", ` ${sizes.get(key).toLocaleString("en-US")}`));
  }

  function draw(count) {
    const part = document.createDocumentFragment();
    const end = Math.min(matching.length, drawn + count);
    for (; drawn < end; drawn++) {
      const title = head(matching[drawn]);
      if (title) part.append(title);
      part.append(row(matching[drawn]));
    }
    rows.append(part);
    more.hidden = drawn >= matching.length;
  }

  // Everything that can be searched, in lower case; made on the first search.
  function haystack(f) {
    if (f.hay === undefined) {
      const check = checks[f.c];
      f.hay = [f.p, f.u, f.t, f.st, ...(f.e || []), ...(f.a || []), ...(f.n || []).map((line) => line[1]), f.api, f.gt, f.pkg, f.vul, f.fp, check.id, ...check.title, ...(check.problem || []),
        ...(f.m || []), ...(f.gr || []), ...(f.sup || []), ...(f.w || []), ...check.controls.flat(), ...check.ids, ...check.cwe.map((n) => `cwe-${n}`)]
        .join("\n").toLowerCase();
    }
    return f.hay;
  }

  const chosen = (name) => new Set([...form.querySelectorAll(`input[name=${name}]:checked`)].map((box) => box.value));

  const NAMES = ["verdict", "severity", "stage", "new", "blocks"];
  const FIELDS = [["text", "filter-text"], ["file", "filter-file"], ["target", "filter-target"]];
  const phrases = (text) => [...text.toLowerCase().matchAll(/"([^"]+)"|(\S+)/g)].map((found) => found[1] || found[2]);

  function fits(f, asked, but) {
    return (but === "verdict" || !asked.verdict.size || asked.verdict.has(f.v)) &&
      (but === "severity" || !asked.severity.size || asked.severity.has(f.s)) &&
      (but === "stage" || !asked.stage.size || asked.stage.has(f.st)) &&
      (!asked.new.size || (f.new === true && f.v === "fail")) &&
      (!asked.blocks.size || f.b === 1) &&
      (!asked.target || f.t === asked.target) &&
      (!asked.file || f.p.toLowerCase().includes(asked.file) || (f.u || "").toLowerCase().includes(asked.file)) &&
      asked.words.every((word) => haystack(f).includes(word));
  }

  function asking() {
    return {
      ...Object.fromEntries(NAMES.map((name) => [name, chosen(name)])),
      words: phrases(by("filter-text").value),
      file: by("filter-file").value.toLowerCase().trim(),
      target: by("filter-target") ? by("filter-target").value : "",
    };
  }

  // The numbers of the chips follow what the other filters leave.
  function count(asked) {
    const fields = { verdict: "v", severity: "s", stage: "st" };
    for (const [name, field] of Object.entries(fields)) {
      const numbers = {};
      for (const f of findings) if (fits(f, asked, name)) numbers[f[field]] = (numbers[f[field]] || 0) + 1;
      for (const box of form.querySelectorAll(`input[name=${name}]`)) {
        const number = box.parentElement.querySelector("b");
        if (number) number.textContent = (numbers[box.value] || 0).toLocaleString("en-US");
      }
    }
  }

  function apply() {
    const asked = asking();
    const fitting = findings.filter((f) => fits(f, asked));
    matching = arranged(gathered(fitting));
    rows.replaceChildren();
    drawn = 0;
    group = "";
    draw(CHUNK);
    count(asked);
    nothing.hidden = matching.length > 0;
    shown.replaceChildren(...both(fill("report.filter.shown", { shown: fitting.length, all: findings.length })));
  }

  // The address keeps the filters, so that a view can be sent to somebody.
  function keep() {
    const asked = new URLSearchParams();
    for (const name of NAMES) if (chosen(name).size) asked.set(name, [...chosen(name)].join(","));
    for (const [name, id] of FIELDS) if (by(id) && by(id).value) asked.set(name, by(id).value);
    if (by("group-by").value !== "check") asked.set("by", by("group-by").value);
    history.replaceState(null, "", `#${asked}`);
  }

  function take(text) {
    const asked = new URLSearchParams(text);
    for (const name of NAMES) {
      const values = new Set((asked.get(name) || "").split(","));
      for (const box of form.querySelectorAll(`input[name=${name}]`)) box.checked = values.has(box.value);
    }
    for (const [name, id] of FIELDS) if (by(id)) by(id).value = asked.get(name) || "";
    by("group-by").value = ways[asked.get("by")] ? asked.get("by") : "check";
    apply();
  }

  const isAsked = (text) => /^(verdict|severity|stage|new|blocks|text|file|target|by)=/.test(text);

  function reveal(id) {
    const at = (list) => list.findIndex((f) => `f-${f.k || f.fp}` === id);
    if (at(findings) < 0) return null;
    const head = [...parts].find(([, below]) => at(below) >= 0);
    if (head) {
      const above = reveal(`f-${head[0].k || head[0].fp}`);
      unfold(above, head[0]);
      by(id).open = true;
      by(id).scrollIntoView();
      return above;
    }
    if (at(matching) < 0) {
      form.reset(); // filters apply once the fields are empty, see below
      setTimeout(() => reveal(id));
      return null;
    }
    const index = at(matching);
    if (index >= drawn) draw(index - drawn + 1);
    const node = by(id);
    node.open = true;
    const bar = getComputedStyle(form).position === "sticky" ? form.offsetHeight : 0;
    node.style.scrollMarginTop = `${bar}px`;
    node.scrollIntoView();
    node.querySelector("summary").focus({ preventScroll: true });
    return node;
  }

  form.hidden = false;
  form.addEventListener("input", () => { apply(); keep(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(() => { apply(); keep(); }));
  more.addEventListener("click", () => draw(CHUNK));
  new IntersectionObserver((entries) => { if (entries.some((e) => e.isIntersecting)) draw(CHUNK); },
    { rootMargin: "800px" }).observe(more);
  const folded = [];
  addEventListener("beforeprint", () => {
    if (drawn < PRINTED) draw(PRINTED - drawn);
    folded.push(...document.querySelectorAll("details.block:not([open])"));
    folded.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => folded.splice(0).forEach((fold) => { fold.open = false; }));
  function follow() {
    const name = location.hash.slice(1);
    if (isAsked(name)) {
      take(name);
      by("findings").scrollIntoView();
    } else if (name.startsWith("framework-")) {
      by(name).open = true;
    } else {
      reveal(name);
    }
  }
  addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const target = event.target.closest("a[href^='#f-']");
    if (target && target.hash === location.hash) reveal(target.hash.slice(1));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
      event.preventDefault();
      by("filter-text").focus();
    }
  });
  function speak() {
    const lang = by("lang-zh").checked ? "zh" : "en";
    for (const option of document.querySelectorAll("option[data-en]")) option.textContent = option.dataset[lang];
  }
  for (const id of ["lang-en", "lang-zh"]) by(id).addEventListener("change", speak);
  speak();
  for (const time of document.querySelectorAll("time[datetime]")) {
    const at = new Date(time.dateTime);
    if (!Number.isNaN(at.valueOf())) {
      const here = new Intl.DateTimeFormat(undefined, { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
      time.textContent = `${here.format(at)} (${time.textContent})`;
    }
  }
  take(isAsked(location.hash.slice(1)) ? location.hash.slice(1) : findings.some((f) => f.v === "fail") ? "verdict=fail" : "");
  if (location.hash.startsWith("#f-") || location.hash.startsWith("#framework-")) follow();
})();

// Search in drawings of lineage: what fits is marked, and the namespaces that hold it are opened.
(() => {
  for (const place of document.querySelectorAll(".lineage-of")) {
    const line = place.querySelector(".lineage-search"), field = line.querySelector("input"), found = line.querySelector(".found");
    const named = [...place.querySelectorAll("[data-n]")];
    line.hidden = false;
    field.addEventListener("input", () => {
      const word = field.value.trim().toLowerCase();
      const spaces = new Set();
      let count = 0;
      for (const each of named) {
        const isHit = word !== "" && each.dataset.n.includes(word);
        each.classList.toggle("hit", isHit);
        if (each.tagName === "TR") {
          each.hidden = word !== "" && !isHit;
          if (isHit) { count += 1; spaces.add(each.closest(".space")); }
        }
      }
      place.classList.toggle("searching", word !== "");
      for (const space of place.querySelectorAll(".space")) space.open = spaces.has(space) && spaces.size <= 20;
      for (const box of place.querySelectorAll(".node.space")) {
        const isHit = word !== "" && [...spaces].some((space) => box.dataset.n.includes(space.dataset.space));
        if (isHit) box.classList.add("hit");
      }
      found.textContent = word === "" ? "" : String(count);
    });
  }
})();
