// Joins the parts of the page: live events in, texts and button presses out.

import { Completion } from "./completion.js";
import { MessageList } from "./messages.js";
import { showPanel } from "./panel.js";

const PRESS_MS = 15_000;
const TOAST_MS = 3500;
const part = (id) => document.getElementById(id);
const input = part("text");
const pressed = new Map();
// An answer may arrive before the press that it answers has its number; bounded, for most are never asked for again.
const early = new Set();
const EARLY_MAX = 32;
const asked = new URLSearchParams(location.search);
const asGuest = asked.has("guest") ? "?guest" : "";
let unread = 0;
let missed = 0;

const list = new MessageList(part("messages"), part("scroll"), { press, command: say });
const completion = new Completion({ list: part("completion"), input, menu: part("menu") }, say);

// -- out ---------------------------------------------------------------------------------------------------------

async function post(path, body) {
  try {
    const answer = await fetch(path + asGuest, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) return await answer.json();
    toast(answer.status === 409 ? "That button is gone." : "That did not work.");
  } catch {
    toast("MoCam cannot be reached. Is the demo still running?");
  }
  return null;
}

async function say(text) {
  list.toBottom(false);
  return post("say", { text });
}

async function press(message, button, key) {
  if (key.ariaBusy === "true") return;
  key.ariaBusy = "true";
  const done = () => { key.ariaBusy = "false"; };
  const sent = await post("press", { id: message.id, data: button.data });
  if (!sent || early.delete(sent.callback)) return done();
  pressed.set(sent.callback, done);
  return setTimeout(() => { pressed.delete(sent.callback); done(); }, PRESS_MS);
}

// -- in ----------------------------------------------------------------------------------------------------------

function listen() {
  const events = new EventSource(`events${asGuest}`);
  events.addEventListener("chat", (event) => { alive = true; chat(JSON.parse(event.data)); });
  events.addEventListener("panel", (event) => showPanel(JSON.parse(event.data)));
  events.addEventListener("error", () => {
    alive = false;
    presence();
    // The browser reconnects by itself after a break, but gives up for good when the server refused.
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 2000);
  });
}

let alive = false;
let bot = { name: "MoCam", online: false, doing: "", commands: [] };

function chat({ reset, messages, bot: news, answers }) {
  bot = news;
  completion.commands = news.commands;
  presence();
  const added = list.apply(messages, reset).filter((message) => message.fromBot);
  showPinned();
  if (!reset && added.length) arrived(added);
  answers.forEach(answered);
}

function showPinned() {
  const message = list.pinned();
  part("pinned").hidden = !message;
  part("pinned-text").textContent = message ? message.text.replaceAll("\n", " ") : "";
}

function presence() {
  const line = part("presence");
  const text = alive ? bot.doing || (bot.online ? "online" : "starting…") : "waiting for the demo…";
  if (line.textContent !== text) line.textContent = text;
  line.classList.toggle("online", alive && bot.online);
  part("name").textContent = bot.name;
}

function answered({ callback, text, alert }) {
  const done = pressed.get(callback);
  pressed.delete(callback);
  if (done) done();
  else remember(callback);
  if (!text) return;
  if (!alert) return void toast(text);
  part("alert-text").textContent = text;
  part("alert").showModal();
}

function remember(callback) {
  early.add(callback);
  if (early.size > EARLY_MAX) early.delete(early.values().next().value);
}

function arrived(added) {
  if (!list.stuck) missed += added.length;
  if (document.hidden) unread += added.length;
  badges();
  if (added.some((message) => !message.silent)) chime();
}

function badges() {
  if (list.stuck) missed = 0;
  if (!document.hidden) unread = 0;
  document.title = unread ? `(${unread}) ${bot.name}` : bot.name;
  part("jump").hidden = list.stuck;
  part("jump-text").textContent = missed ? `${missed} new message${missed === 1 ? "" : "s"}` : "Latest";
}

// -- toast and sound ---------------------------------------------------------------------------------------------

let toastTimer = 0;

function toast(text) {
  const box = part("toast");
  box.textContent = text;
  box.classList.add("shown");
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => box.classList.remove("shown"), TOAST_MS);
}

let audio = null;

function chime() {
  if (!audio) return;
  [[660, 0], [880, 0.11]].forEach(([pitch, delay]) => {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const start = audio.currentTime + delay;
    tone.frequency.value = pitch;
    volume.gain.setValueAtTime(0.12, start);
    volume.gain.exponentialRampToValueAtTime(0.0001, start + 0.3);
    tone.connect(volume).connect(audio.destination);
    tone.start(start);
    tone.stop(start + 0.32);
  });
}

part("sound").addEventListener("click", () => {
  if (audio) audio.close();
  audio = audio ? null : new AudioContext();
  part("sound").setAttribute("aria-pressed", String(Boolean(audio)));
  toast(audio ? "Sound on" : "Sound off");
  chime();
});

// -- composer ----------------------------------------------------------------------------------------------------

function write(text) {
  input.value = text;
  grow();
}

function grow() {
  part("send").disabled = !input.value.trim();
  input.style.height = "auto";
  input.style.height = `${input.scrollHeight + 2}px`;
}

async function submit() {
  const text = input.value.trim();
  if (!text) return;
  completion.close();
  write("");
  if (!(await say(text)) && !input.value) write(text);
}

input.addEventListener("input", grow);
input.addEventListener("keydown", (event) => {
  if (event.isComposing || completion.key(event)) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submit();
  }
});
part("composer").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
part("jump").addEventListener("click", () => { list.toBottom(true); badges(); });
part("pinned").addEventListener("click", () => { const message = list.pinned(); if (message) list.reveal(message.id); });
part("scroll").addEventListener("scroll", badges, { passive: true });
document.addEventListener("visibilitychange", badges);

if (asked.has("start")) {
  history.replaceState(null, "", asGuest); // a reload does not use the link again
  say(`/start ${asked.get("start")}`);
}
listen();
