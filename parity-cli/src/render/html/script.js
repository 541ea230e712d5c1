"use strict";
// All is in the page already; this only shows, hides and opens. Text is set as text, never as markup.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const search = one("#search"), role = one("#role"), found = one("#found"), matrix = one("#matrix"), panel = one("#panel");
  document.documentElement.classList.add("live");

  const things = all(".finding, #unknowns tr.unknown, #coverage tr[class], #changes tr + tr, .file");
  const rows = all("#matrix tbody tr"), heads = all("#matrix thead tr:last-child th[data-role]");
  const wordsOf = (thing) => [thing, ...all("[title]", thing)].map((part) => part.title + " " + part.textContent).join(" ");
  const texts = new Map([...things, ...rows, ...heads].map((thing) => [thing, wordsOf(thing).toLowerCase()]));
  const filters = all(".filter").filter((button) => {
    button.hidden = !one(`main [data-kind="${button.dataset.kind}"]:not(.cell)`);
    return !button.hidden;
  });

  function apply() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const off = new Set(filters.filter((f) => f.getAttribute("aria-pressed") === "false").map((f) => f.dataset.kind));
    const wanted = role ? role.value : "";
    let shown = 0, total = 0;
    for (const thing of things) {
      const fits = words.every((word) => texts.get(thing).includes(word));
      const ofRole = !wanted || !("role" in thing.dataset) || thing.dataset.role === wanted;
      thing.hidden = !(fits && ofRole && !off.has(thing.dataset.kind));
      if (thing.dataset.kind) { total += 1; shown += thing.hidden ? 0 : 1; }
    }
    for (const section of all("main > section")) {
      const inside = things.filter((thing) => section.contains(thing));
      section.hidden = inside.length > 0 && inside.every((thing) => thing.hidden);
    }
    if (matrix) applyMatrix(words, wanted);
    found.textContent = words.length || wanted || off.size ? `${shown} of ${total} shown` : "";
  }

  // Who looks for a host sees its column, who looks for a component its row.
  function applyMatrix(words, wanted) {
    const fits = (thing) => words.every((word) => texts.get(thing).includes(word));
    const named = words.length > 0 && heads.some(fits);
    const shown = new Set();
    for (const head of heads) {
      head.hidden = (Boolean(wanted) && head.dataset.role !== wanted) || (named && !fits(head));
      if (!head.hidden) shown.add(head.cellIndex);
    }
    for (const row of rows) {
      row.hidden = !named && !fits(row);
      for (const cell of row.querySelectorAll("td[data-role]")) cell.hidden = !shown.has(cell.cellIndex);
    }
    for (const group of all("#matrix .roles th[data-role]")) {
      const width = heads.filter((head) => head.dataset.role === group.dataset.role && !head.hidden).length;
      group.hidden = width === 0;
      group.colSpan = Math.max(1, width);
    }
    matrix.hidden = rows.every((row) => row.hidden) || shown.size === 0;
    const pressed = one("#alike") && one("#alike").getAttribute("aria-pressed") === "true";
    matrix.classList.toggle("all", pressed || (words.length > 0 && !named));
  }

  search.addEventListener("input", apply);
  if (role) role.addEventListener("change", apply);
  for (const button of filters) {
    button.addEventListener("click", () => {
      button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") === "false"));
      apply();
    });
  }

  const alike = one("#alike");
  if (alike) {
    const label = alike.textContent;
    alike.addEventListener("click", () => {
      const open = alike.getAttribute("aria-pressed") === "false";
      alike.setAttribute("aria-pressed", String(open));
      alike.textContent = open ? "show only what differs" : label;
      apply();
    });
  }

  const expand = one("#expand");
  const openAll = (open) => all("main details").forEach((details) => { details.open = open; });
  expand.addEventListener("click", () => {
    const open = expand.textContent === "open all";
    openAll(open);
    expand.textContent = open ? "close all" : "open all";
  });

  const make = (tag, text, name) => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (name) element.className = name;
    return element;
  };
  const meanings = {
    error: "breaks this release", warning: "may break this release", unknown: "needed, and not known", accepted: "somebody accepted it",
    info: "good to know", differs: "differs, nothing in this release reaches it", unseen: "not seen, nothing needs it", same: "as on the dev machine",
  };
  function show(title, rows) {
    const list = make("dl", "");
    for (const [label, value, note] of rows) {
      const detail = make("dd", value, "value");
      if (note) detail.append(make("small", note));
      list.append(make("dt", label), detail);
    }
    one("#panel-text").replaceChildren(make("h3", title), list);
    panel.showModal();
  }
  function reveal(anchor) {
    const target = anchor && document.getElementById(anchor);
    const card = target && target.closest(".finding");
    if (!card) return;
    card.hidden = false;
    card.querySelector("details").open = true;
    card.querySelector(".evidence").open = true;
  }
  document.addEventListener("click", (event) => {
    const cell = event.target.closest(".cell"), hosts = event.target.closest(".hosts");
    if (cell && cell.hash !== "#matrix") { reveal(cell.hash.slice(1)); return; }
    if (cell) {
      event.preventDefault();
      const rows = all(".data", cell).map((data) => data.textContent.split("\n")).map(([value, who]) => ["host", value, who]);
      const dev = cell.closest("table").querySelector("td.dev") ? [["dev machine", cell.dataset.dev]] : [];
      show(cell.dataset.fact, [...dev, ...rows, ["means", "", meanings[cell.dataset.kind] || ""]]);
    } else if (hosts) {
      const names = hosts.querySelector(".data").textContent.split("\n");
      show(`${names.length} hosts that stand alike`, names.map((name, at) => [String(at + 1), name]));
    }
  });
  panel.addEventListener("click", (event) => { if (event.target === panel) panel.close(); });
  addEventListener("hashchange", () => reveal(location.hash.slice(1)));
  reveal(location.hash.slice(1));

  let current = -1;
  document.addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape" && event.target === search) { search.value = ""; search.blur(); apply(); return; }
    if (typing || panel.open || event.ctrlKey || event.metaKey || event.altKey) return;
    const visible = all(".finding").filter((finding) => !finding.hidden);
    if (event.key === "/") { event.preventDefault(); search.focus(); search.select(); }
    else if ((event.key === "j" || event.key === "k") && visible.length) {
      current = Math.max(0, Math.min(visible.length - 1, current + (event.key === "j" ? 1 : -1)));
      const summary = visible[current].querySelector("summary");
      summary.focus(); summary.scrollIntoView({ block: "nearest" });
    } else if (event.key === "o") expand.click();
  });

  let before = [];
  addEventListener("beforeprint", () => { before = all("main details:not([open])"); openAll(true); });
  addEventListener("afterprint", () => { before.forEach((details) => { details.open = false; }); });
})();
