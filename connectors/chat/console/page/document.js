// Draws a document. All text goes in as text, never as markup.
const TONES = { good: "good", warning: "warning", bad: "bad", muted: "muted", plain: "" };

export function element(name, options = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(options)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "text") node.textContent = value;
    else if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child));
  return node;
}

const toneClass = (tone) => (TONES[tone] ? TONES[tone] + "-text" : "");

function button(spec, act) {
  if (spec.action && spec.action.kind === "link") {
    const url = String(spec.action.subject.url || "");
    if (!/^https:\/\//.test(url)) return null;
    return element("a", { href: url, target: "_blank", rel: "noopener noreferrer", text: spec.label });
  }
  const node = element("button", { type: "button", text: spec.label, class: spec.tone === "good" ? "primary" : spec.tone === "bad" ? "danger" : "", "data-asks": spec.asks_for });
  node.addEventListener("click", () => (spec.asks_for ? askFirst(node, spec, act) : press(node, spec.token, "", act)));
  return node;
}

function press(node, token, typed, act) {
  node.disabled = true;
  setTimeout(() => { node.disabled = false; }, 4000);
  act(token, typed);
}

// "Why?" before the click is sent; Enter sends it, an empty answer too.
function askFirst(node, spec, act) {
  const input = element("input", { type: "text", placeholder: spec.asks_for, "aria-label": spec.asks_for, maxlength: "500" });
  const send = element("button", { type: "button", class: "danger", text: spec.label });
  const row = element("div", { class: "ask-why" }, input, send);
  const go = () => { row.remove(); press(node, spec.token, input.value, act); };
  send.addEventListener("click", go);
  input.addEventListener("keydown", (event) => { if (event.key === "Enter") go(); if (event.key === "Escape") row.remove(); });
  node.parentElement.append(row);
  input.focus();
}

// By what the cell says it is; else as a number, where the column holds numbers; else as people count ("2" before "10").
function compare(a, b, number) {
  const key = (cell) => typeof cell.order === "number" ? cell.order
    : number ? parseFloat(String(cell.text).replace(/[^0-9.-]/g, "")) || 0 : NaN;
  const difference = key(a) - key(b);
  return Number.isNaN(difference) ? String(a.text).localeCompare(String(b.text), undefined, { numeric: true }) : difference;
}

function table(block, act) {
  const body = element("tbody");
  const fill = (rows) => body.replaceChildren(...rows.map((row) => element("tr", {}, ...row.map((cell, i) => {
    const td = element("td", { "data-head": (block.columns[i] || {}).name, class: [block.columns[i] && block.columns[i].number ? "number" : "", toneClass(cell.tone)].join(" ").trim() });
    const spec = Number.isInteger(cell.button) ? (block.buttons || [])[cell.button] : null;
    if (spec) td.append(element("button", { type: "button", class: "row", text: cell.text, onclick: () => act(spec.token, "") }));
    else td.textContent = cell.text;
    return td;
  }))));
  const heads = block.columns.map((column, i) => {
    const th = element("th", { scope: "col", class: column.number ? "number" : "" });
    th.append(element("button", { type: "button", text: column.name, onclick: () => {
      const up = th.getAttribute("aria-sort") !== "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      th.setAttribute("aria-sort", up ? "ascending" : "descending");
      const sorted = [...block.rows].sort((a, b) => compare(a[i], b[i], column.number));
      fill(up ? sorted : sorted.reverse());
    } }));
    return th;
  });
  fill(block.rows);
  return element("div", { class: "wide" }, element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body));
}

function chart(block) {
  const svgns = "http://www.w3.org/2000/svg", values = block.values || [], top = Math.max(...values, 0.000001), n = Math.max(values.length, 1);
  const svg = document.createElementNS(svgns, "svg");
  svg.setAttribute("class", "chart");
  svg.setAttribute("viewBox", `0 0 ${n * 10} 72`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", block.title || "trend");
  values.forEach((value, i) => {
    const rect = document.createElementNS(svgns, "rect"), height = Math.max(1, (value / top) * 70);
    for (const [k, v] of Object.entries({ x: i * 10 + 1, y: 72 - height, width: 8, height, rx: 1 })) rect.setAttribute(k, v);
    const tip = document.createElementNS(svgns, "title");
    tip.textContent = `${(block.labels || [])[i] || ""} ${value} ${block.unit || ""}`.trim();
    rect.append(tip);
    svg.append(rect);
  });
  const labels = block.labels || [], first = labels[0], last = labels[labels.length - 1];
  const axis = first ? element("div", { class: "axis" }, element("span", { text: first }), element("span", { text: last })) : null;
  const most = values.length ? `highest: ${Math.round(top * 100) / 100} ${block.unit || ""}`.trim() : "";
  return element("figure", {}, svg, axis, element("figcaption", { text: [block.title, most, block.note].filter(Boolean).join(" · ") }));
}

function fields(block) {
  const list = element("dl");
  for (const field of block.fields) {
    const value = element("dd");
    if (field.before !== undefined && field.before !== null) {
      value.append(element("del", { text: field.before || "(empty)" }), " → ", element("ins", { text: field.value }));
    } else if (field.name === "Risk") {
      value.append(element("span", { class: ("tag " + toneClass(field.tone)).trim(), text: field.value }));
    } else {
      value.textContent = field.value;
      value.className = toneClass(field.tone);
    }
    list.append(element("dt", { text: field.name }), value);
  }
  return list;
}

function menu(block, act) {
  const select = element("select", { "aria-label": block.label }, element("option", { value: "", text: block.label }));
  for (const choice of block.choices) select.append(element("option", { value: choice.token, text: choice.label }));
  select.addEventListener("change", () => { if (select.value) act(select.value, ""); select.value = ""; });
  return element("div", { class: "buttons" }, select);
}

function draw(block, act) {
  switch (block.type || block.kind) {
    case "paragraph": return element("p", { class: toneClass(block.tone), text: block.text });
    case "lines": return element("ul", { class: "lines" }, ...block.lines.map((line) => element("li", {},
      element("span", { class: "mark " + toneClass(line.tone), text: line.mark }), element("span", { class: "label", text: line.label || "" }), element("span", { text: line.text }))));
    case "fields": return fields(block);
    case "table": return table(block, act);
    case "chart": return chart(block);
    case "code": return element("pre", { text: block.text });
    case "menu": return menu(block, act);
    case "mentions": return element("p", {}, ...(block.who || []).map((who) => element("span", { class: "mention", text: "@" + who.name + " " })), block.text || "");
    default: return null;
  }
}

const TIME_LEFT_EVERY = 10_000;  // milliseconds

function timeLeft(until) {
  const minutes = Math.ceil((until - Date.now()) / 60_000);
  if (minutes <= 0) return "time is over";
  if (minutes < 60) return `${minutes} min left`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min left` : `${Math.floor(minutes / 1_440)} days left`;
}

// How long a card is still open, true again every few seconds while it is on the page.
function countdown(until) {
  const node = element("span", { class: "left", text: timeLeft(until) });
  const clock = setInterval(() => { if (node.isConnected) node.textContent = timeLeft(until); else clearInterval(clock); }, TIME_LEFT_EVERY);
  return node;
}

function aside(doc) {
  const open = typeof doc.open_until === "number";
  if (!doc.aside && !open) return null;
  return element("span", { class: "aside", text: doc.aside + (doc.aside && open ? " · " : "") }, open ? countdown(doc.open_until) : null);
}

export function drawDocument(doc, act) {
  const card = element("article", { tabindex: "-1", class: ["card", TONES[doc.tone] || "", doc.working ? "working" : "", doc.card || ""].join(" ").trim() });
  card.append(element("div", { class: "head" }, element("h3", { text: doc.title }), aside(doc)));
  for (const block of doc.blocks || []) { const node = draw(block, act); if (node) card.append(node); }
  const buttons = (doc.buttons || []).map((spec) => button(spec, act)).filter(Boolean);
  if (buttons.length) card.append(element("div", { class: "buttons" }, ...buttons));
  if (doc.footer) card.append(element("p", { class: "foot", text: doc.footer }));
  if (doc.code) card.append(element("span", { class: "code", text: "code " + doc.code }));
  return card;
}
