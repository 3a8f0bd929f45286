// Makes open pages stay true, times tick, and addresses copy. Every act works without this file.
"use strict";

const POLL_MS = 3000;
const REST_MS = 30000;

// -- live parts: the server says what each named part holds; only those that differ are replaced --

const live = document.querySelector("[data-live]");
const known = new Map();
let etag = "";
let failures = 0;

async function poll() {
  if (document.hidden) return POLL_MS;
  const headers = { Accept: "application/json" };
  if (etag) headers["If-None-Match"] = etag;
  const answer = await fetch(live.dataset.live, { headers, cache: "no-store" });
  if (answer.status === 401) {
    notice("Your session has ended: load the page again to sign in.");
    return 0;
  }
  if (answer.ok) {
    etag = answer.headers.get("ETag") || "";
    for (const [name, html] of Object.entries((await answer.json()).parts)) put(name, html);
  } else if (answer.status !== 304) {
    throw new Error(String(answer.status));
  }
  failures = 0;
  return POLL_MS;
}

function put(name, html) {
  const part = live.querySelector(`[data-part="${CSS.escape(name)}"]`);
  const before = known.get(name);
  // A part that somebody is in the middle of stays as it is, and is asked for again.
  if (!part || before === html) return;
  if (part.contains(document.activeElement) && before !== undefined) { etag = ""; return; }
  known.set(name, html);
  if (before === undefined && text(part) === text(parse(html))) return;
  part.replaceChildren(...parse(html).childNodes);
  dress(part);
  if (part.dataset.say) say(`${part.dataset.say}: ${text(part)}`);
}

function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}

// Times tick by themselves; they make no part different.
function text(part) {
  const copy = part.cloneNode(true);
  copy.querySelectorAll("time").forEach((time) => time.remove());
  return copy.textContent.replace(/\s+/g, " ").trim();
}

function say(words) {
  document.getElementById("announcer").textContent = words;
}

function notice(words) {
  const line = document.createElement("p");
  line.className = "notice problem";
  line.textContent = words;
  document.getElementById("notices").replaceChildren(line);
}

async function keepPolling() {
  let wait = POLL_MS;
  try {
    wait = await poll();
  } catch {
    failures += 1;
    wait = Math.min(POLL_MS * 2 ** failures, REST_MS);
  }
  if (wait) setTimeout(keepPolling, wait);
}

// -- times: the same words as the server's, and the exact time in the reader's own zone --

function relative(away) {
  const size = Math.abs(away);
  if (size < 45) return away >= 0 ? "just now" : "in a moment";
  let amount;
  if (size < 3570) amount = `${Math.max(1, Math.round(size / 60))} min`;
  else if (size < 84600) amount = `${Math.max(1, Math.round(size / 3600))} h`;
  else if (size < 604800) amount = size < 129600 ? "1 day" : `${Math.round(size / 86400)} days`;
  else return "";
  return away > 0 ? `${amount} ago` : `in ${amount}`;
}

function tick(root) {
  root.querySelectorAll("time[datetime]").forEach((time) => {
    const instant = new Date(time.dateTime);
    time.title = instant.toLocaleString([], { dateStyle: "medium", timeStyle: "long" });
    const words = relative((Date.now() - instant.getTime()) / 1000);
    if (words && words !== time.textContent) time.textContent = words;
  });
}

// -- forms and copying --

function dress(root) {
  const token = document.querySelector('form.person input[name="csrf_token"]');
  root.querySelectorAll('input[name="csrf_token"][value=""]').forEach((field) => {
    if (token) field.value = token.value;
  });
  root.querySelectorAll("[data-copy]").forEach((button) => { button.hidden = false; });
  tick(root);
}

async function copy(button) {
  const source = document.querySelector(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    say("Copied.");
    button.querySelector("span").textContent = "Copied";
    setTimeout(() => { button.querySelector("span").textContent = "Copy"; }, 2000);
  } catch {
    // No clipboard over plain http: select the words, so that the keyboard can copy them.
    getSelection().selectAllChildren(source);
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
});

document.addEventListener("submit", (event) => {
  const sure = event.target.dataset.sure;
  if (sure && !confirm(sure)) event.preventDefault();
});

dress(document);
setInterval(() => tick(document), 15000);
if (live) setTimeout(keepPolling, POLL_MS);
