"use strict";

// Shows the data that stand in the page. Every text of theirs is put in as text: the paths, messages and lines of code
// come from strangers.

const files = JSON.parse(document.getElementById("files").textContent);
const run = JSON.parse(document.getElementById("run").textContent);

// ---- Words

const hasWritten = files.some((file) => file.mode === "write");

const FATES = {
  "rewritten": {
    name: hasWritten ? "Rewritten" : "Would be rewritten",
    one: hasWritten ? "rewritten" : "would be rewritten",
    short: hasWritten ? "done" : "to do",
    why: hasWritten ? "the files are written" : "--write does it",
  },
  "held-back": { name: "Held back", one: "held back", short: "held", why: "unsafe; --unsafe-fixes does it" },
  "for-a-person": { name: "For a person", one: "for a person", short: "person", why: "the code does not say enough" },
  "note": { name: "Notes", one: "note", short: "notes", why: "nothing breaks; not counted" },
  "failed": { name: "Failed", one: "failed", short: "failed", why: "could not be read or written" },
  "unparsed": { name: "Not parsed", one: "not parsed", short: "not parsed", why: "no Python 3, or no known encoding" },
};

/** What the bars and the table count. */
const COUNTED = ["rewritten", "held-back", "for-a-person", "note"];

const FOLLOWS = "one more place, which comes up only once the others of this file are rewritten, such as an import";

const NOBODY = "nobody";

const number = (count) => count.toLocaleString("en");
const plural = (count, noun) => `${number(count)} ${noun}${count === 1 ? "" : "s"}`;

// ---- Elements

/** Makes an element. Children are elements or text, and text stays text. */
function element(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (key === "class") made.className = value;
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

const byId = (id) => document.getElementById(id);

/** Letters that have no picture, or that turn the direction of writing and so show other code than there is. */
const ODD = /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff])/;

function visible(text) {
  if (!ODD.test(text)) return [text];
  return text.split(ODD).map((part, index) => {
    if (index % 2 === 0) return part;
    const code = part.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
    return element("span", { class: "odd" }, `U+${code}`);
  });
}

/** Text in which `code` and, if wanted, **words that stand out** are marked. */
function prose(text, withStrong = false) {
  const parts = [];
  text.split(/(`[^`\n]+`)/).forEach((part, index) => {
    if (index % 2 === 1) {
      parts.push(element("code", null, ...visible(part.slice(1, -1))));
    } else if (withStrong) {
      part.split(/\*\*([^*]+)\*\*/).forEach((piece, at) => {
        if (piece !== "") parts.push(at % 2 === 1 ? element("strong", null, piece) : piece);
      });
    } else if (part !== "") {
      parts.push(...visible(part));
    }
  });
  return parts;
}

// ---- The findings as one list

/** One line of the list: a finding, or a file that could not be looked at. */
const items = [];
for (const file of files) {
  file.folder = file.path.includes("/") ? file.path.slice(0, file.path.lastIndexOf("/") + 1) : "";
  const add = (fields) => {
    const item = { file, notes: [], hunks: [], code: "", ...fields };
    item.fixKind = !item.fix ? "none" : item.fix.risk === undefined ? "safe" : "unsafe";
    items.push(item);
  };
  if (file.failure !== undefined) {
    add({ fate: "failed", level: "error", message: file.failure });
  }
  if (file.unreadable !== undefined) {
    add({ fate: "unparsed", level: "error", ...file.unreadable });
  }
  file.findings.forEach(add);
  // What came up only when others were rewritten had no place before.
  for (const [codemod, count] of Object.entries(file.follow_ups || {})) {
    for (let more = 0; more < count; more += 1) {
      add({ codemod, fate: "rewritten", level: "", message: FOLLOWS, fix: { title: FOLLOWS } });
    }
  }
}

const isFinding = (item) => item.codemod !== undefined;
const findings = items.filter(isFinding);

const ownersOf = (item) => (item.file.owners ? item.file.owners : [NOBODY]);

function haystack(item) {
  if (item.haystack === undefined) {
    const fix = item.fix ? [item.fix.title, item.fix.risk || ""] : [];
    const place = item.line === undefined ? item.file.path : `${item.file.path}:${item.line}:${item.column}`;
    item.haystack = [place, item.codemod || "", item.message, ...fix, ...item.notes].join("\n").toLowerCase();
  }
  return item.haystack;
}

function countFates(list) {
  const counts = {};
  for (const item of list) counts[item.fate] = (counts[item.fate] || 0) + 1;
  return counts;
}

function groupBy(list, keysOf) {
  const groups = new Map();
  for (const item of list) {
    for (const key of keysOf(item)) {
      if (!groups.has(key)) groups.set(key, []);
      groups.get(key).push(item);
    }
  }
  return groups;
}

// ---- What is shown, which the address of the page holds

const KEYS = ["q", "fate", "level", "fix", "codemod", "owner", "folder"];
let state = {};

function stateOfAddress() {
  const parameters = new URLSearchParams(location.hash.slice(1));
  const read = {};
  for (const key of KEYS) {
    if (parameters.get(key)) read[key] = parameters.get(key);
  }
  return read;
}

/** Changes what is shown. A step that the back button undoes, unless it is one letter of many. */
function show(change, isStep = true) {
  const next = { ...state, ...change };
  const parameters = new URLSearchParams();
  for (const key of KEYS) {
    if (next[key]) parameters.set(key, next[key]);
  }
  const address = `#${parameters}`;
  if (isStep) history.pushState(null, "", address);
  else history.replaceState(null, "", address);
  state = stateOfAddress();
  render();
}

const toggle = (key, value) => show({ [key]: state[key] === value ? "" : value });

function isBelow(path, folder) {
  return path === folder || path.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

function matches(item) {
  const words = (state.q || "").toLowerCase().split(/\s+/).filter((word) => word !== "");
  return (
    (!state.fate || item.fate === state.fate) &&
    (!state.level || item.level === state.level) &&
    (!state.fix || item.fixKind === state.fix) &&
    (!state.codemod || item.codemod === state.codemod) &&
    (!state.owner || ownersOf(item).includes(state.owner)) &&
    (!state.folder || isBelow(item.file.path, state.folder)) &&
    words.every((word) => haystack(item).includes(word))
  );
}

// ---- The head

function renderHead() {
  byId("version").textContent = run.version;
  const mode = files.length === 0 ? "" : files[0].mode;
  const said = { "check": "check, nothing was written", "dry-run": "dry run, nothing was written", "write": "files were written" };
  byId("mode").textContent = hasWritten ? said.write : said[mode] || "";

  const counts = countFates(items);
  byId("headline").textContent = headline(counts);
  const facts = [`${plural(run.scanned, "file")} scanned`, `${number(run.mention_ssl)} ${run.mention_ssl === 1 ? "mentions" : "mention"} ssl`];
  if (run.rewrites > 0) {
    facts.push(`${plural(run.rewrites, "place")} in ${plural(run.rewritten_files, "file")} ${hasWritten ? "rewritten" : "would be rewritten"}`);
  }
  if (run.unreadable > 0) facts.push(`${number(run.unreadable)} could not be parsed`);
  if (run.failed > 0) facts.push(`${number(run.failed)} could not be read or written`);
  byId("facts").textContent = facts.join(" · ");

  for (const [fate, words] of Object.entries(FATES)) {
    if (!counts[fate]) continue;
    byId("fates").append(
      element(
        "button",
        { type: "button", class: `fate-tile tone-${fate}`, "data-fate": fate, onclick: () => toggle("fate", fate) },
        element("span", { class: "number" }, number(counts[fate])),
        element("span", { class: "name" }, words.name),
        element("span", { class: "why" }, words.why),
      ),
    );
  }
  byId("problems").hidden = run.owner_problems.length === 0;
  byId("problems").append(...run.owner_problems.map((problem) => element("li", null, ...visible(problem))));
}

function headline(counts) {
  const left = counts["for-a-person"] || 0;
  const held = counts["held-back"] || 0;
  if (run.scanned === 0 && items.length === 0) return "No Python file was found";
  if (items.length === 0) return "No old ssl API is used here";
  if (left > 0) return `${plural(left, "finding")} ${left === 1 ? "is" : "are"} left for a person`;
  if (held > 0) return `${plural(held, "unsafe rewrite")} ${held === 1 ? "is" : "are"} held back`;
  if (counts.failed > 0) return `${plural(run.failed, "path")} could not be read or written`;
  if (counts.unparsed > 0) return `${plural(counts.unparsed, "file")} could not be parsed`;
  if (counts.rewritten > 0) return hasWritten ? "Everything that counts is rewritten" : "Everything that counts can be rewritten";
  return "Nothing to do, and some things to know";
}

// ---- Bars

const FIRST_ROWS = 12;

/** A table of names with a bar and the counts of each; names are buttons that filter. */
function renderBars(panel, key, rows, head) {
  const box = panel.querySelector(".bars");
  const most = Math.max(1, ...rows.map((row) => row.sum));
  const body = element("tbody", null);
  const table = element(
    "table",
    null,
    element(
      "thead",
      null,
      element(
        "tr",
        null,
        element("th", { scope: "col", class: "name" }, head),
        element("td", { class: "picture" }),
        ...COUNTED.map((fate) => element("th", { scope: "col", class: `count tone-${fate}` }, FATES[fate].short)),
      ),
    ),
    body,
  );
  const addRow = (row) => {
    const bar = element("div", { class: "bar", "aria-hidden": "true" });
    bar.style.setProperty("--share", `${(100 * row.sum) / most}%`);
    for (const fate of COUNTED.filter((fate) => row.counts[fate])) {
      const part = element("span", { class: `tone-${fate}` });
      part.style.setProperty("--part", row.counts[fate]);
      bar.append(part);
    }
    const name = element("button", { type: "button", title: row.name, "data-key": key, "data-value": row.name, onclick: () => toggle(key, row.name) }, ...visible(row.name));
    const counts = COUNTED.map((fate) => {
      const count = row.counts[fate] || 0;
      return element("td", { class: count === 0 ? "count none" : "count", "data-short": FATES[fate].short }, number(count));
    });
    body.append(element("tr", null, element("th", { scope: "row", class: "name" }, name), element("td", { class: "picture" }, bar), ...counts));
  };
  rows.slice(0, FIRST_ROWS).forEach(addRow);
  box.append(table);
  const rest = rows.slice(FIRST_ROWS);
  if (rest.length > 0) {
    const more = element("button", { type: "button", class: "rest" }, `Show ${number(rest.length)} more`);
    more.addEventListener("click", () => {
      rest.forEach(addRow);
      more.remove();
      renderPressed();
    });
    box.append(more);
  }
}

/** A row for each key, the longest first. */
function rowsOf(keysOf) {
  const rows = [...groupBy(findings, keysOf)].map(([name, list]) => ({ name, counts: countFates(list), sum: list.length }));
  return rows.sort((one, other) => other.sum - one.sum || (one.name < other.name ? -1 : 1));
}

function renderOverview() {
  // Of one file there is nothing to compare.
  const isSmall = new Set(findings.map((item) => item.file)).size < 2;
  byId("overview").hidden = isSmall;
  if (isSmall) return;

  renderBars(byId("by-codemod"), "codemod", rowsOf((item) => [item.codemod]), "codemod");

  if (run.has_owners) {
    byId("by-owner").hidden = false;
    byId("overview").classList.add("with-owners");
    renderBars(byId("by-owner"), "owner", rowsOf(ownersOf), "owner");
  }
}

// ---- Folders

function node(name, path) {
  return { name, path, children: new Map(), counts: {}, sum: 0, isFile: false };
}

/** The folders and files that have findings, as a tree. */
function tree() {
  const root = node("", "");
  for (const item of findings) {
    const names = item.file.path.split("/");
    let current = root;
    const count = (counted) => {
      counted.counts[item.fate] = (counted.counts[item.fate] || 0) + 1;
      counted.sum += 1;
    };
    count(root);
    names.forEach((name, index) => {
      const path = names.slice(0, index + 1).join("/");
      if (!current.children.has(name)) current.children.set(name, node(name, path));
      current = current.children.get(name);
      current.isFile = index === names.length - 1;
      count(current);
    });
  }
  joinOnlyChildren(root);
  return root;
}

/** A folder that holds nothing but a folder is shown together with it. */
function joinOnlyChildren(parent) {
  for (const [name, child] of [...parent.children]) {
    let joined = child;
    while (joined.children.size === 1) {
      const [only] = joined.children.values();
      if (only.isFile) break;
      only.name = `${joined.name}/${only.name}`;
      joined = only;
    }
    parent.children.set(name, joined);
    joinOnlyChildren(joined);
  }
}

const root = tree();

/** The way from the root to the deepest folder that holds the filter's. */
function zoomed() {
  const way = [root];
  for (;;) {
    const children = [...way.at(-1).children.values()];
    const isOnly = way.length === 1 && children.length === 1;
    // The filter may name a folder that is shown together with the only one in it.
    const isDeeper = state.folder && !isBelow(way.at(-1).path, state.folder);
    const isOnTheWay = (child) => isDeeper && (isBelow(state.folder, child.path) || isBelow(child.path, state.folder));
    const next = children.find((child) => !child.isFile && (isOnly || isOnTheWay(child)));
    if (next === undefined) return way;
    way.push(next);
  }
}

const MOST_TILES = 80;

function childrenOf(folder) {
  return [...folder.children.values()].sort((one, other) => other.sum - one.sum || (one.path < other.path ? -1 : 1));
}

/** Rectangles in the proportion of the sums, as near to squares as can be: row after row along the shorter side. */
function squarify(nodes, width, height) {
  const total = nodes.reduce((sum, child) => sum + child.sum, 0);
  const areas = nodes.map((child) => (child.sum / total) * width * height);
  const places = [];
  let [x, y, free, start] = [0, 0, { width, height }, 0];
  const worst = (row, sum, side) => Math.max((side * side * row[0]) / (sum * sum), (sum * sum) / (side * side * row.at(-1)));
  while (start < areas.length) {
    const side = Math.min(free.width, free.height);
    const row = [areas[start]];
    let sum = areas[start];
    while (start + row.length < areas.length) {
      const next = areas[start + row.length];
      if (worst([...row, next], sum + next, side) > worst(row, sum, side)) break;
      row.push(next);
      sum += next;
    }
    const depth = sum / side;
    let along = 0;
    for (const area of row) {
      const length = area / depth;
      places.push(
        free.width >= free.height
          ? { x, y: y + along, width: depth, height: length }
          : { x: x + along, y, width: length, height: depth },
      );
      along += length;
    }
    if (free.width >= free.height) {
      x += depth;
      free.width -= depth;
    } else {
      y += depth;
      free.height -= depth;
    }
    start += row.length;
  }
  return places;
}

const describe = (child) =>
  `${child.path}${child.isFile ? "" : "/"}: ${plural(child.sum, "finding")}, ` +
  COUNTED.filter((fate) => child.counts[fate]).map((fate) => `${number(child.counts[fate])} ${FATES[fate].one}`).join(", ");

function renderFolders() {
  const way = zoomed();
  const folder = way.at(-1);
  renderCrumbs(way);
  renderTreemap(folder);
  renderFolderTable(folder);
}

function renderCrumbs(way) {
  const crumbs = way.map((folder, index) => {
    const name = index === 0 ? "all folders" : `${folder.name}/`;
    return index === way.length - 1
      ? element("span", { "aria-current": "true" }, ...visible(name))
      : element("button", { type: "button", onclick: () => show({ folder: folder.path }) }, ...visible(name));
  });
  byId("crumbs").replaceChildren(...crumbs.flatMap((crumb, index) => (index === 0 ? [crumb] : [" ", crumb])));
}

function renderTreemap(folder) {
  const box = byId("treemap");
  const { width, height } = box.getBoundingClientRect();
  if (width === 0 || height === 0) return;
  const children = childrenOf(folder).slice(0, MOST_TILES);
  const places = squarify(children, width, height);
  const tiles = children.map((child, index) => {
    const place = places[index];
    const tile = element(
      "button",
      {
        type: "button",
        class: "tile",
        title: describe(child),
        "aria-label": describe(child),
        "aria-pressed": child.isFile ? String(state.folder === child.path) : null,
        "data-path": child.path,
        onclick: () => (child.isFile ? toggleFile(child, folder) : show({ folder: child.path })),
      },
      element("span", { class: child.isFile ? "label leaf" : "label" }, ...visible(child.isFile ? child.name : `${child.name}/`)),
      element("span", { class: "sum" }, child.counts["for-a-person"] ? `${number(child.sum)}, ${number(child.counts["for-a-person"])} for a person` : number(child.sum)),
    );
    if (place.width < 44 || place.height < 24) tile.classList.add("tiny");
    else if (place.height < 42 && place.width > 180) tile.classList.add("flat");
    else if (place.width < 60 || place.height < 42) tile.classList.add("small");
    lay(tile, child, place, width, height);
    if (!child.isFile) tile.append(...glimpse(child, place));
    return tile;
  });
  const focused = box.contains(document.activeElement);
  box.replaceChildren(...tiles);
  if (focused && tiles.length > 0) tiles[0].focus();
}

/** Puts a tile where it belongs in a box of that size, in the colour of its share that is left for a person. */
function lay(tile, child, place, width, height) {
  tile.style.setProperty("--x", `${(100 * place.x) / width}%`);
  tile.style.setProperty("--y", `${(100 * place.y) / height}%`);
  tile.style.setProperty("--w", `${(100 * place.width) / width}%`);
  tile.style.setProperty("--h", `${(100 * place.height) / height}%`);
  tile.style.setProperty("--left", `${Math.round((100 * (child.counts["for-a-person"] || 0)) / child.sum)}%`);
}

/** What is in a folder, below its name, where there is room for a picture of it. */
function glimpse(folder, place) {
  const [width, height] = [place.width - 16, place.height - 52];
  if (width < 60 || height < 40) return [];
  const inside = childrenOf(folder).slice(0, MOST_TILES / 2);
  const cells = squarify(inside, width, height).map((cell, index) => {
    const made = element("span", { class: "cell" });
    lay(made, inside[index], cell, width, height);
    return made;
  });
  return [element("span", { class: "cells", "aria-hidden": "true" }, ...cells)];
}

const toggleFile = (file, folder) => show({ folder: state.folder === file.path ? folder.path : file.path });

function renderFolderTable(folder) {
  const box = document.querySelector(".table-box");
  box.replaceChildren();
  if (!byId("folder-table").open) return;
  const rows = childrenOf(folder).map((child) => ({ name: child.path, counts: child.counts, sum: child.sum }));
  const panel = element("div", null, element("div", { class: "bars" }));
  renderBars(panel, "folder", rows, "folder or file");
  box.append(panel);
}

// ---- Filters

function renderChoices() {
  const choices = (id, groups, nameOf = (key) => key) => {
    const options = groups.map(([key, list]) => element("option", { value: key }, `${nameOf(key)} (${number(list.length)})`));
    byId(id).replaceChildren(element("option", { value: "" }, "all"), ...options);
  };
  const sorted = (keysOf) => [...groupBy(items, keysOf)].sort(([one], [other]) => (one < other ? -1 : 1));
  const inOrder = (order, keysOf) => {
    const groups = groupBy(items, keysOf);
    return order.filter((key) => groups.has(key)).map((key) => [key, groups.get(key)]);
  };
  choices("fate", inOrder(Object.keys(FATES), (item) => [item.fate]), (fate) => FATES[fate].one);
  choices("level", inOrder(["error", "warning", "note"], (item) => [item.level]));
  choices("fix", inOrder(["safe", "unsafe", "none"], (item) => [item.fixKind]));
  choices("codemod", sorted((item) => (isFinding(item) ? [item.codemod] : [])));
  choices("owner", run.has_owners ? sorted(ownersOf) : []);
  byId("owner-label").hidden = !run.has_owners;
  byId("findings").hidden = items.length === 0;
  byId("keys").hidden = items.length === 0;

  byId("q").addEventListener("input", () => show({ q: byId("q").value.trim() }, false));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  for (const id of ["fate", "level", "fix", "codemod", "owner"]) {
    byId(id).addEventListener("change", () => show({ [id]: byId(id).value }));
  }
  byId("clear").addEventListener("click", () => {
    show(Object.fromEntries(KEYS.map((key) => [key, ""])));
    byId("q").focus();
  });
  byId("folder-chip").addEventListener("click", () => show({ folder: "" }));
}

function renderFilters() {
  const q = byId("q");
  if (q.value.trim() !== (state.q || "")) q.value = state.q || "";
  q.classList.toggle("is-set", Boolean(state.q));
  for (const id of ["fate", "level", "fix", "codemod", "owner"]) {
    byId(id).value = state[id] || "";
    byId(id).classList.toggle("is-set", Boolean(state[id]));
  }
  byId("clear").hidden = !KEYS.some((key) => state[key]);
  const chip = byId("folder-chip");
  chip.hidden = !state.folder;
  chip.replaceChildren(...visible(state.folder || ""));
  chip.setAttribute("aria-label", `Show all folders again, not only ${state.folder}`);
}

/** Marks the buttons that stand for a filter that is on. */
function renderPressed() {
  for (const tile of document.querySelectorAll("[data-fate]")) {
    tile.setAttribute("aria-pressed", String(state.fate === tile.dataset.fate));
  }
  for (const button of document.querySelectorAll("[data-key]")) {
    button.setAttribute("aria-pressed", String(state[button.dataset.key] === button.dataset.value));
  }
}

// ---- The list

/** So many findings are put into the page at a time. */
const BATCH = 80;

let matching = [];
let shown = 0;

function renderList() {
  matching = items.filter(matches);
  shown = 0;
  byId("list").replaceChildren();
  const inFiles = new Set(matching.map((item) => item.file)).size;
  const of = matching.length === items.length ? "" : ` of ${number(items.length)}`;
  byId("count").textContent = `${number(matching.length)}${of} ${items.length === 1 ? "finding" : "findings"} in ${plural(inFiles, "file")}`;
  if (matching.length === 0) {
    byId("list").append(element("p", { class: "nothing" }, "No finding fits these filters."));
  }
  showMore();
  for (const id of ["expand", "collapse"]) byId(id).hidden = matching.length === 0;
}

/** Puts the next findings into the page, at least one file of them and never a part of one, unless that is long. */
function showMore(count = BATCH) {
  const list = byId("list");
  const end = Math.min(matching.length, shown + count);
  let group = list.lastElementChild;
  for (; shown < end; shown += 1) {
    const item = matching[shown];
    if (shown === 0 || matching[shown - 1].file !== item.file) {
      group = fileGroup(item.file);
      list.append(group);
    }
    group.append(row(item));
  }
  byId("more").hidden = shown >= matching.length;
  byId("more").textContent = `Show more (${number(matching.length - shown)} left)`;
}

function fileGroup(file) {
  const head = element(
    "div",
    { class: "file-head" },
    element(
      "h3",
      null,
      element("span", { class: "folder" }, ...visible(file.folder)),
      element("span", { class: "base" }, ...visible(file.path.slice(file.folder.length))),
    ),
    run.has_owners ? element("span", { class: "owners" }, ...visible(file.owners ? file.owners.join(" ") : "no owner")) : null,
  );
  return element("section", { class: "file", "aria-label": file.path }, head);
}

function row(item) {
  const level = item.level === "" ? [] : [element("span", { class: `level level-${item.level}` }, item.level), " "];
  const message = [...level, ...prose(item.message)];
  const summary = element(
    "summary",
    null,
    element("span", { class: "place" }, item.line === undefined ? "" : `${item.line}:${item.column}`),
    element("span", { class: "message" }, ...message),
    element(
      "span",
      { class: "tags" },
      isFinding(item) ? element("code", null, item.codemod) : null,
      element("span", { class: `fate tone-${item.fate}` }, FATES[item.fate].one),
    ),
  );
  const details = element("details", { class: "finding" }, summary);
  // What is inside is made when it is looked at.
  details.addEventListener("toggle", () => fill(details, item));
  details.fill = () => fill(details, item);
  return details;
}

function fill(details, item) {
  if (!details.open || details.lastElementChild.className === "detail") return;
  const list = element("dl", null);
  const add = (name, ...text) => list.append(element("dt", null, name), element("dd", null, ...text));
  if (item.message === FOLLOWS) {
    add("Fix", ...safety(item));
  } else if (item.fix) {
    add("Fix", ...prose(item.fix.title), " (", ...safety(item), ")");
  } else if (item.fate === "for-a-person") {
    add("Fix", element("span", { class: "none" }, "none"), ", this is for a person to decide");
  } else if (item.fate === "note") {
    add("Fix", "none is needed");
  }
  item.notes.forEach((note, index) => add(index === 0 ? (item.notes.length === 1 ? "Note" : "Notes") : "", ...prose(note)));
  if (isFinding(item)) {
    const codemod = item.codemod;
    const link = element("button", { type: "button", class: "link", onclick: () => openAbout(codemod) }, `what ${codemod} does`);
    add("More", link, ", or ", element("code", null, `sslfix explain ${codemod}`));
  }
  const detail = element("div", { class: "detail" }, list);
  detail.append(...figures(item));
  details.append(detail);
  scrollLater(detail);
}

let toScroll = [];

/** Scrolls long code to the lines that it is about. For all that is opened at once, or the page is laid out for each. */
function scrollLater(detail) {
  const isFirst = toScroll.length === 0;
  toScroll.push(...detail.querySelectorAll(".code"));
  if (!isFirst || toScroll.length === 0) return;
  requestAnimationFrame(() => {
    const boxes = toScroll;
    toScroll = [];
    const places = boxes.map((box) => {
      const marked = box.querySelector(".marked");
      return marked === null ? 0 : marked.offsetTop - box.clientHeight / 3;
    });
    boxes.forEach((box, index) => (box.scrollTop = places[index]));
  });
}

function safety(item) {
  if (item.fix.risk === undefined) {
    const applied = { "rewritten": hasWritten ? "applied" : "--write applies it", "failed": "not written" }[item.fate] || "not applied";
    return [element("span", { class: "safe" }, "safe"), `, ${applied}`];
  }
  const applied = item.fate === "rewritten" ? (hasWritten ? "applied as asked" : "would be applied as asked") : "--unsafe-fixes applies it";
  return [element("span", { class: "risk" }, "unsafe"), `, ${applied}: `, ...prose(item.fix.risk)];
}

// ---- Code

/** The code of a finding: the hunks that rewrite it, or what its fix would write, or its lines. */
function figures(item) {
  const figure = (caption, text) => element("div", null, element("p", { class: "caption" }, caption), code(text, item));
  if (item.hunks && item.hunks.length > 0) {
    const text = item.hunks.map((index) => item.file.hunks[index]).join("");
    return [figure(hasWritten ? "What was written" : "What would be written", text)];
  }
  if (!item.code) return [];
  if (item.fate === "held-back") return [figure("What --unsafe-fixes would write", item.code)];
  return [figure(item.is_after ? "The code after the rewrite" : "The code", item.code)];
}

const KINDS = { "+": "added", "-": "removed", " ": "same", "\\": "aside" };

/** The lines of hunks, with their numbers in the old and in the new text. */
function code(text, item) {
  const lines = text.split("\n");
  const changes = lines.some((line) => line[0] === "+" || line[0] === "-");
  // The marks count the lines of the old text where that is what the finding was found in.
  const marksOld = item.fate === "rewritten" || item.fate === "failed" || !changes;
  const rows = element("div", { class: "rows" });
  let [old, now] = [0, 0];
  lines.pop();
  for (const line of lines) {
    const place = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (place) {
      // Of no lines the number is that of the line before.
      old = Number(place[1]) + (place[2] === "0" ? 1 : 0);
      now = Number(place[3]) + (place[4] === "0" ? 1 : 0);
      rows.append(element("span", { class: "row gap" }, "⋯"));
      continue;
    }
    const sign = line[0];
    const kind = KINDS[sign] || "same";
    const hasOld = sign === " " || sign === "-";
    const hasNew = sign === " " || sign === "+";
    const at = marksOld ? hasOld && old : hasNew && now;
    const isMarked = item.marks && at && at >= item.marks[0] && at <= item.marks[1];
    rows.append(
      element(
        "span",
        { class: `row ${kind}${isMarked ? " marked" : ""}` },
        element("span", { class: "no" }, hasOld ? String(old) : ""),
        changes ? element("span", { class: "no" }, hasNew ? String(now) : "") : null,
        changes ? element("span", { class: "sign" }, sign === "-" ? "−" : sign === "+" ? "+" : " ") : null,
        ...visible(line.slice(1).replace(/\r$/, "")),
        "\n",
      ),
    );
    old += hasOld ? 1 : 0;
    now += hasNew ? 1 : 0;
  }
  const label = `${changes ? "Changes in" : "Lines of"} ${item.file.path}`;
  return element("div", { class: "code", role: "group", "aria-label": label, tabindex: "0" }, rows);
}

// ---- About the codemods

function renderAbout() {
  byId("about").hidden = run.codemods.length === 0;
  for (const codemod of run.codemods) {
    const paragraphs = codemod.introduction.split(/\n\s*\n/);
    byId("about").append(
      element(
        "details",
        { id: `about-${codemod.name}` },
        element("summary", null, element("code", null, codemod.name), " ", ...prose(paragraphs[0], true)),
        ...paragraphs.slice(1).map((text) => element("p", null, ...prose(text.replace(/\n/g, " "), true))),
      ),
    );
  }
}

function openAbout(codemod) {
  const about = byId(`about-${codemod}`);
  if (about === null) return;
  about.open = true;
  about.scrollIntoView({ block: "center" });
  about.querySelector("summary").focus();
}

// ---- Everything together

function render() {
  renderFilters();
  renderFolders();
  renderPressed();
  renderList();
}

/** So many are opened at a time; a page of all the code there is would be slow. */
const MOST_OPENED = 400;

function openShown() {
  for (const details of [...document.querySelectorAll(".finding:not([open])")].slice(0, MOST_OPENED)) {
    details.open = true;
    details.fill();
  }
}

function closeAll() {
  for (const details of document.querySelectorAll(".finding[open]")) details.open = false;
}

function step(by) {
  const summaries = [...document.querySelectorAll(".finding > summary")];
  const at = summaries.indexOf(document.activeElement);
  const next = summaries[at === -1 ? 0 : at + by];
  if (next === undefined) return;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function start() {
  state = stateOfAddress();
  renderHead();
  renderOverview();
  renderChoices();
  renderAbout();
  const isSmall = matchMedia("(max-width: 36rem)");
  byId("folder-table").open = isSmall.matches;
  byId("folder-table").addEventListener("toggle", () => {
    renderFolderTable(zoomed().at(-1));
    renderPressed();
  });
  render();

  byId("more").addEventListener("click", () => showMore());
  byId("expand").addEventListener("click", openShown);
  byId("collapse").addEventListener("click", closeAll);
  document.querySelector("[data-jump]").addEventListener("click", (event) => {
    event.preventDefault();
    byId("findings").focus();
  });
  window.addEventListener("popstate", () => {
    state = stateOfAddress();
    render();
  });
  let width = byId("treemap").clientWidth;
  new ResizeObserver(() => {
    if (byId("treemap").clientWidth === width) return;
    width = byId("treemap").clientWidth;
    renderTreemap(zoomed().at(-1));
  }).observe(byId("treemap"));
  // Whoever scrolls to the end sees more without asking.
  new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting) && !byId("more").hidden) showMore();
  }, { rootMargin: "400px" }).observe(byId("more"));
  // On paper nothing can be asked for; a book of findings is not what anybody wants, either.
  window.addEventListener("beforeprint", () => showMore(1000));
  document.addEventListener("keydown", (event) => {
    const isTyping = ["INPUT", "SELECT", "TEXTAREA"].includes(event.target.tagName);
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape" && event.target === byId("q")) byId("q").blur();
    if (isTyping) return;
    if (event.key === "/") {
      event.preventDefault();
      byId("q").focus();
    } else if (event.key === "j") step(1);
    else if (event.key === "k") step(-1);
  });
}

start();
