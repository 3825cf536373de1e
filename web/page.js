/* The page around the core: a text, its report, and what can be done with both.
 *
 * Judging happens in a worker, which is ended and replaced where it takes too long, where something
 * broke in it, and where the text changed while it was busy for a while: so the page always answers. */
"use strict";

const SECONDS = 10; // of the core for a text; it then says what is undecided
const PAUSE = 250; // milliseconds without a key
const LARGEST = 1 << 20; // bytes of a file
const BUSY = 700; // milliseconds that a new text waits for an old one

const element = (id) => document.getElementById(id);
const text = element("text"), kind = element("kind"), status = element("status"), frame = element("report");
const messages = element("messages"), example = element("example");
const examples = JSON.parse(element("examples").textContent);
const outcomes = ["holds", "fails", "undecided", "cannot be judged"];

let core, worker, ready = false, running = null, givenUp = null, waiting = false, number = 0, timer, deadline;
let patience = SECONDS + 10; // seconds until a worker is given up
let judged = { text: null, report: "" };

/* ---- the core ---- */

async function unpack() {
  const packed = Uint8Array.from(atob(element("core").textContent.trim()), (sign) => sign.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/* The document that reports are put into, which is parsed as they are. */
function framed() {
  if (frame.contentDocument.URL === "about:srcdoc" && frame.contentDocument.readyState === "complete") return null;
  return new Promise((go) => frame.addEventListener("load", go, { once: true }));
}

function start() {
  const address = URL.createObjectURL(new Blob([element("worker").textContent], { type: "text/javascript" }));
  ready = false;
  const own = (worker = new Worker(address));
  URL.revokeObjectURL(address);
  own.onmessage = ({ data }) => own === worker && receive(data); // and not what an ended one said last
  own.onerror = (event) => own === worker && receive({ broken: event.message });
  own.postMessage({ core });
}

function restart() {
  worker.terminate();
  clearTimeout(deadline);
  running = null;
  start();
}

/* ---- judging ---- */

function say(words, bad) {
  status.textContent = words;
  status.classList.toggle("bad", Boolean(bad));
}

function looksLikeNetwork(words) {
  const lines = words.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  return lines.length === 1 && /^\d+\s*-/.test(lines[0]);
}

function nameOf(words) {
  return kind.value === "text" && looksLikeNetwork(words) ? "network" : kind.value;
}

function judge() {
  if (!ready) return;
  if (running) {
    waiting = true;
    const old = running;
    setTimeout(() => running === old && waiting && restart(), Math.max(0, BUSY - (performance.now() - old.since)));
    return;
  }
  waiting = false;
  const name = nameOf(text.value);
  const words = name === "network" ? text.value.trim().replace(/^#.*\n/gm, "").trim() : text.value;
  if (words.trim() === "") {
    say("Write something, or choose an example.");
    return;
  }
  if (givenUp && givenUp.text === text.value && givenUp.name === name) return;
  running = { number: ++number, since: performance.now(), text: text.value, name };
  say("judging …");
  deadline = setTimeout(() => {
    givenUp = running;
    restart();
    tell("This text takes too long, so judging it was stopped. Try fewer lines, smaller sizes or fewer index letters.");
  }, patience * 1000);
  worker.postMessage({ number, name, text: words, format: "html", seconds: SECONDS });
}

/* In place of a report. */
function tell(words) {
  messages.textContent = words;
  messages.hidden = false;
  say("not judged", true);
}

function receive(data) {
  if (data.ready) {
    ready = true;
    judge();
    return;
  }
  clearTimeout(deadline);
  const done = running;
  running = null;
  if (data.broken) {
    breakOff(done, data);
    return;
  }
  show(done, data);
  if (waiting) judge();
}

/* The instance is not to be used again; nor is the text, as it stands. */
function breakOff(done, data) {
  if (!done) {
    tell("This page cannot judge anything here: " + data.broken);
    return;
  }
  givenUp = done;
  tell(data.deep ? "This text is nested too deeply for this browser. Try to take its formulas apart."
                 : "Judging ended before its time (" + data.broken + "), most often for want of memory. Try fewer lines or smaller sizes.");
  restart();
}

/* ---- the report ---- */

function show(done, data) {
  const took = Math.round(performance.now() - done.since);
  judged = { text: done.text, report: data.report };
  messages.hidden = data.messages === "" || data.report !== "";
  messages.textContent = data.messages;
  say(outcomes[data.outcome] + (data.ended ? "; the time for this text was up" : "") + " (" + took + " ms)", data.outcome !== 0);
  frame.hidden = data.report === "";
  if (data.report) draw(data.report);
  performance.mark("verdict");
  document.documentElement.dataset.outcome = data.outcome;
  document.documentElement.dataset.number = done.number;
}

/* The body is exchanged and not the document, so nothing flickers and the page stays where it is. */
function draw(report) {
  const fresh = new DOMParser().parseFromString(report, "text/html");
  const inside = frame.contentDocument;
  const open = new Set([...inside.querySelectorAll("details[open]")].map(nameOfFold));
  inside.documentElement.lang = "en";
  const style = fresh.createElement("style");
  style.textContent = ".use{font:inherit;cursor:pointer;min-height:2rem}@media print{.use{display:none}}";
  fresh.head.append(style);
  inside.head.replaceWith(inside.adoptNode(fresh.head));
  inside.body.replaceWith(inside.adoptNode(fresh.body));
  for (const fold of inside.querySelectorAll("details")) fold.open = open.has(nameOfFold(fold));
  for (const mend of inside.querySelectorAll("[data-from-1]")) offer(mend);
  watch.disconnect();
  watch.observe(inside.documentElement); // fonts may come late
  fit();
}

const watch = new ResizeObserver(() => fit());

const nameOfFold = (fold) => (fold.closest("[id]") || {}).id + " " + fold.querySelector("summary").textContent;

function fit() {
  frame.style.height = frame.contentDocument.documentElement.offsetHeight + 2 * frame.clientTop + 1 + "px";
}

/* ---- mends ---- */

function offer(mend) {
  const button = frame.contentDocument.createElement("button");
  button.type = "button";
  button.textContent = "Use this";
  button.setAttribute("aria-label", "Use this: " + (mend.querySelector("code") || mend).textContent);
  button.className = "use";
  button.addEventListener("click", () => accept(mend.dataset));
  mend.append(button);
}

/* Places are those of bytes. */
function placeOf(words, bytes) {
  return new TextDecoder().decode(new TextEncoder().encode(words).subarray(0, bytes)).length;
}

function accept(data) {
  if (text.value !== judged.text) {
    say("The text has changed since; wait for its new report.", true);
    return;
  }
  const edits = [];
  for (let k = 1; data["from-" + k] !== undefined; k++)
    edits.push({ from: placeOf(judged.text, Number(data["from-" + k])), to: placeOf(judged.text, Number(data["to-" + k])), put: data["text-" + k] });
  edits.sort((a, b) => b.from - a.from);
  text.focus();
  for (const edit of edits) {
    text.setSelectionRange(edit.from, edit.to);
    const done = document.execCommand(edit.put ? "insertText" : "delete", false, edit.put); // which can be undone
    if (!done) text.setRangeText(edit.put, edit.from, edit.to, "end");
  }
  changed();
}

/* ---- the text in the address ---- */

function encode(words) {
  let binary = "";
  for (const byte of new TextEncoder().encode(words)) binary += String.fromCharCode(byte);
  return btoa(binary).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function decode(code) {
  const binary = atob(code.replace(/-/g, "+").replace(/_/g, "/"));
  return new TextDecoder("utf-8", { fatal: true }).decode(Uint8Array.from(binary, (sign) => sign.charCodeAt(0)));
}

/* What the address has: "a text", "nothing", or a "damaged" one. */
function readAddress() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const code = parts.get("text");
  if (code === null) return "nothing";
  try {
    text.value = decode(code);
  } catch {
    tell("The text in this page's address is damaged: part of the link is missing.");
    return "damaged";
  }
  const as = parts.get("as");
  kind.value = [...kind.options].some((option) => option.value === as) ? as : "text";
  return "a text";
}

function writeAddress() {
  const as = kind.value === "text" ? "" : "&as=" + encodeURIComponent(kind.value);
  history.replaceState(null, "", "#text=" + encode(text.value) + as);
}

/* ---- what the reader does ---- */

function changed() {
  clearTimeout(timer);
  timer = setTimeout(() => {
    writeAddress();
    judge();
  }, PAUSE);
}

async function copyLink() {
  writeAddress();
  try {
    await navigator.clipboard.writeText(location.href);
    say("The link is copied. Whoever opens it sees this text.");
  } catch {
    say("This browser does not let pages copy; the link is this page's address.");
  }
}

function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([judged.report], { type: "text/html" }));
  link.download = "report.html";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/* A file that is dropped on the text takes its place; the browser would leave the page for it. */
async function takeFile(event) {
  const [file] = event.dataTransfer.files;
  if (!file) return;
  event.preventDefault();
  if (file.size > LARGEST) {
    say("This file is larger than a megabyte.", true);
    return;
  }
  const ending = "text" + file.name.slice(file.name.lastIndexOf("."));
  text.value = await file.text();
  kind.value = [...kind.options].some((option) => option.value === ending) ? ending : "text";
  writeAddress();
  judge();
}

function chooseExample() {
  const chosen = examples[example.value];
  if (!chosen) return;
  text.value = chosen.text;
  kind.value = chosen.as;
  writeAddress();
  judge();
}

function prepare() {
  examples.forEach((one, index) => example.add(new Option(one.title, index)));
  text.addEventListener("input", changed);
  kind.addEventListener("change", changed);
  example.addEventListener("change", chooseExample);
  element("link").addEventListener("click", copyLink);
  element("save").addEventListener("click", save);
  addEventListener("resize", fit);
  addEventListener("beforeprint", () => (text.style.height = text.scrollHeight + 8 + "px"));
  addEventListener("afterprint", () => (text.style.height = ""));
  addEventListener("hashchange", () => readAddress() === "a text" && judge());
  text.addEventListener("dragover", (event) => event.dataTransfer.types.includes("Files") && event.preventDefault());
  text.addEventListener("drop", takeFile);
  if (readAddress() !== "nothing") return;
  example.value = "0";
  text.value = examples[0].text;
  kind.value = examples[0].as;
}

prepare();
say("loading …");
Promise.all([unpack(), framed()]).then(([bytes]) => {
  core = bytes;
  start();
}).catch((error) => tell("This page is incomplete, or the browser is too old or lets it do too little: " + error.message));
