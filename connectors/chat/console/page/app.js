// The page: one socket, channels with threads, and who you are. State lives in the agent; a reload shows the same.
import { drawDocument, element } from "/document.js";

const at = (id) => document.getElementById(id);
const token = location.hash.slice(1) || sessionStorage.getItem("token") || "";
if (location.hash) { sessionStorage.setItem("token", token); history.replaceState(null, "", "/"); }

const state = { socket: null, you: "", people: [], channels: [], channel: "#ops", view: "", thread: "", nodes: new Map(), threads: new Map(), pause: 500 };
const key = () => Array.from(crypto.getRandomValues(new Uint8Array(15)), (n) => (n % 36).toString(36)).join("") + Date.now().toString(36);
const send = (frame) => { if (state.socket && state.socket.readyState === 1) state.socket.send(JSON.stringify(frame)); else toast("Not connected: what you did was not sent. Try again in a moment."); };
const nameOf = (user) => (state.people.find((person) => person.user === user) || { name: user }).name;
const clock = (ms) => new Date(ms).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

function toast(text) {
  at("toast").textContent = text;
  at("toast").hidden = false;
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => { at("toast").hidden = true; }, 6000);
}

function connect() {
  const socket = new WebSocket(`ws://${location.host}/socket`);
  state.socket = socket;
  socket.onopen = () => socket.send(JSON.stringify({ type: "hello", token }));
  socket.onmessage = (event) => receive(JSON.parse(event.data));
  socket.onclose = (event) => {
    at("link").textContent = event.code === 4001 ? "This page's token is not valid: open the URL that the agent printed." : "Connecting …";
    if (event.code === 4001) return;
    setTimeout(connect, state.pause);
    state.pause = Math.min(state.pause * 2, 10000);
  };
}

function receive(frame) {
  if (frame.type === "welcome") return welcome(frame);
  if (frame.type === "you") { state.you = frame.you; showPeople(); return state.view ? null : send({ type: "open", channel: state.channel }); }
  if (frame.type === "refused") return toast(frame.what);
  if (frame.type === "message") return put(frame, true);
  if (frame.type === "history" && frame.channel === state.channel && !state.view) return showHistory(frame.items);
  if (frame.type === "view" && frame.name === state.view) at("log").replaceChildren(element("div", { class: "thread" }, drawDocument(frame.document, () => {})));
}

function welcome(frame) {
  const before = state.you;
  Object.assign(state, { people: frame.people, channels: frame.channels, pause: 500, you: frame.you, demo: frame.demo });
  if (before && before !== frame.you && frame.demo) send({ type: "be", person: before });
  at("link").textContent = frame.demo ? "demo: all services are simulated" : "connected";
  at("channels").replaceChildren(...frame.channels.map((channel) => element("button", { type: "button", text: channel, onclick: () => open(channel) })));
  showPeople();
  open(state.channel);
}

function showPeople() {
  const select = at("person");
  select.replaceChildren(...state.people.filter((person) => state.demo || person.user === state.you).map((person) => element("option", { value: person.user, text: person.name })));
  select.value = state.you;
  select.disabled = !state.demo;
  at("role").textContent = (state.people.find((person) => person.user === state.you) || {}).role || "";
}

function mark() {
  for (const node of at("channels").children) node.setAttribute("aria-current", String(!state.view && node.textContent === state.channel));
  for (const node of at("views").children) node.setAttribute("aria-current", String(node.dataset.view === state.view));
  at("title").textContent = state.view === "plans" ? "Plans" : state.view === "audit" ? "Audit trail" : state.channel;
  at("form").hidden = Boolean(state.view);
}

function open(channel) {
  Object.assign(state, { channel, view: "" });
  target("");
  mark();
  for (const node of at("channels").children) if (node.textContent === channel) delete node.dataset.unread;
  send({ type: "open", channel });
}

function showHistory(items) {
  state.nodes.clear();
  state.threads.clear();
  at("log").replaceChildren();
  if (!items.length) greet();
  items.forEach((item) => put(item, false));
  at("log").scrollTop = at("log").scrollHeight;
}

function greet() {
  const hint = element("div", { class: "hint" }, element("p", { text: state.channel === "#alerts" ? "Alerts appear here when something starts to fail." : "Ask in plain words. What changes something becomes a plan that a colleague approves." }));
  if (state.channel !== "#alerts")
    for (const text of ["API health check", "why are calls failing?", "what's failing", "buy a phone number in 415 with sms"]) hint.append(element("button", { type: "button", text, onclick: () => say(text) }));
  at("log").append(hint);
}

function threadNode(root) {
  if (state.threads.has(root)) return state.threads.get(root);
  const body = element("div");
  const node = element("section", { class: "thread" }, body, state.channel === "#alerts" ? null : element("button", { type: "button", class: "reply", text: "Reply in this thread", onclick: () => { target(root); at("text").focus(); } }));
  const entry = { node, body };
  state.threads.set(root, entry);
  at("log").append(node);
  return entry;
}

// A message that is known is drawn anew in its place; a new one goes to the end of its thread.
function put(message, live) {
  if (state.view || message.place.channel !== state.channel) return elsewhere(message);
  const log = at("log"), near = log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  const hint = log.querySelector(".hint");
  if (hint) hint.remove();
  const root = message.place.thread || message.id;
  const node = message.document
    ? drawDocument(message.document, (pressed, typed) => send({ type: "click", channel: message.place.channel, thread: root, message: message.id, token: pressed, typed, key: key() }))
    : element("div", { class: "said" }, element("b", { text: nameOf(message.person) }), element("p", { text: message.text }), element("time", { text: clock(message.at) }));
  if (message.only_for) node.classList.add("private");
  node.dataset.message = message.id;
  const known = state.nodes.get(message.id);
  if (known) exchange(known, node); else threadNode(root).body.append(node);
  state.nodes.set(message.id, node);
  if (live && (near || message.person === state.you)) node.scrollIntoView({ block: "nearest" });
}

// Something new where nobody looks now.
function elsewhere(message) {
  for (const node of at("channels").children) if (node.textContent === message.place.channel && message.document) node.dataset.unread = "true";
}

// Draws a card anew without taking the focus, or a half-typed reason, from under someone's fingers.
function exchange(known, node) {
  const controls = (card) => [...card.querySelectorAll("button, a, select, input")];
  const place = known.contains(document.activeElement) ? controls(known).indexOf(document.activeElement) : -2;
  const reason = known.querySelector(".ask-why input");
  known.replaceWith(node);
  const again = reason && [...node.querySelectorAll("button[data-asks]")].find((button) => button.dataset.asks === reason.placeholder);
  if (again) {
    again.click();
    node.querySelector(".ask-why input").value = reason.value;
  } else if (place > -2) {
    (controls(node)[place] || node).focus({ preventScroll: true });
  }
}

function target(thread) {
  state.thread = thread;
  at("context").hidden = !thread;
  at("context-text").textContent = "Replying in a thread.";
}

function say(text) {
  const id = key();
  state.said = text;
  send({ type: "say", channel: state.channel, thread: state.thread, text, key: id });
}

at("form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = at("text").value.trim();
  if (!text) return;
  say(text);
  at("text").value = "";
  grow();
});
const grow = () => { at("text").style.height = "auto"; at("text").style.height = at("text").scrollHeight + 2 + "px"; };
at("text").addEventListener("input", grow);
at("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); at("form").requestSubmit(); }
  if (event.key === "Escape") { target(""); at("text").blur(); }
  if (event.key === "ArrowUp" && !at("text").value && state.said) { at("text").value = state.said; grow(); }
});
at("leave").addEventListener("click", () => target(""));
at("person").addEventListener("change", () => send({ type: "be", person: at("person").value }));
for (const node of at("views").children) node.addEventListener("click", () => { state.view = node.dataset.view; mark(); at("log").replaceChildren(); send({ type: "view", name: state.view }); });
// Without a mouse: each key, what it does, and the words for “?”.
const doors = () => [...at("channels").children, ...at("views").children];
const KEYS = {
  "/": [() => at("text").focus(), "/ to write"],
  j: [() => step(1), "j and k to walk over the cards, Tab from there to their buttons"],
  k: [() => step(-1), ""],
  "?": [() => toast(Object.values(KEYS).map((entry) => entry[1]).filter(Boolean).join(" · ") + " · 1 to 4 for channels and views · Esc to leave a thread"), "? for this"],
};
function step(by) {
  const cards = [...at("log").querySelectorAll(".card")], now = cards.findIndex((card) => card.contains(document.activeElement));
  const next = cards[now < 0 ? (by > 0 ? 0 : cards.length - 1) : now + by];
  if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
}
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || ["TEXTAREA", "INPUT", "SELECT"].includes(document.activeElement.tagName)) return;
  const door = /^[1-9]$/.test(event.key) ? doors()[Number(event.key) - 1] : null;
  if (!door && !KEYS[event.key]) return;
  event.preventDefault();
  if (door) door.click(); else KEYS[event.key][0]();
});
connect();
