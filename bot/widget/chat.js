// The chat page: puts the parts together.

import * as api from "./api.js";
import { Events } from "./events.js";
import { Log } from "./log.js";
import { element } from "./message.js";
import { Outbox } from "./outbox.js";
import { recall, remember, watch } from "./store.js";

const STARTERS = 4;
const PATIENCE = 2500; // ms before an unsent message is called so

const at = (id) => document.getElementById(id);
const fill = (text, fields) => text.replace(/\{(\w+)\}/g, (whole, name) => fields[name] ?? whole);

let words = {};
let language = document.documentElement.lang;
let register = "normal"; // as the person pressed it last …
let told = "normal"; // … and as the server said it last: what it says again must not undo a press on its way
let token = recall("token");
let starting = null;
let events = null;
let typing = false;
let connected = true;

const t = (name, fields = {}) => fill(words[name] || "", fields);

const log = new Log(at("log"), { t, language: () => language, press: (button) => say(button.title, button.payload) });
const outbox = new Outbox({
  send: async (message) => api.write(await conversation(), message, language),
  refused: (message, error) => {
    if (error.status === 401) return lost(message);
    log.forget(message.id);
    at("problem").textContent = error.text || t("failed");
    if (!message.payload && !at("text").value) at("text").value = message.text;
    grow();
  },
});

// The token of the conversation; one is begun if there is none.
async function conversation() {
  if (token) return token;
  const wanted = { locale: navigator.language };
  if (recall("language")) wanted.language = recall("language");
  starting ||= api.start(wanted).finally(() => (starting = null));
  token = (await starting).token;
  remember("token", token);
  listen();
  return token;
}

function listen() {
  events?.stop();
  if (!token) return;
  at("log").setAttribute("aria-busy", "true"); // history is not read aloud as if it were new
  events = new Events(token, {
    heard: (kind, data) => ({ message: (one) => log.add(one), state: follow, typing: showTyping })[kind]?.(data),
    connected: (now) => {
      connected = now;
      showStatus();
      if (now) outbox.flush();
    },
    lost: () => lost(),
  });
}

function follow(state) {
  at("log").removeAttribute("aria-busy");
  at("human").hidden = !state.with_human;
  if (state.register !== told) {
    told = register = state.register;
    showRegister();
  }
  if (state.language !== language) switchTo(state.language);
}

function showTyping({ on }) {
  typing = on;
  showStatus();
}

function showStatus() {
  const text = connected ? (typing ? t("typing") : "") : t("offline");
  const status = at("status");
  if (status.textContent !== text) status.textContent = text;
  status.classList.toggle("away", !connected);
}

function showRegister() {
  at("plain").setAttribute("aria-pressed", String(register === "plain"));
}

function say(text, payload) {
  at("problem").textContent = "";
  const message = { id: crypto.randomUUID?.() || `${Date.now()}-${Math.random().toString(36).slice(2)}`, text };
  if (payload) message.payload = payload;
  log.echo(message);
  setTimeout(() => log.delayed(message.id), PATIENCE);
  outbox.add(message);
}

// The conversation is gone (deleted, or the app has a new secret): begin another, keep what was not sent.
function lost(message) {
  token = null;
  remember("token", null);
  events?.stop();
  log.clear();
  greet();
  at("problem").textContent = t("lost");
  if (message) say(message.text);
}

function greet() {
  const starters = Array.from({ length: STARTERS }, (_, n) => t(`start_${n + 1}`)).filter(Boolean);
  log.greet(starters, (button) => say(button.title));
}

async function switchTo(wanted) {
  const found = await api.texts(wanted).catch(() => null);
  if (!found) return;
  words = found.texts;
  language = found.language;
  document.documentElement.lang = language;
  document.title = t("title");
  document.querySelectorAll("[data-text]").forEach((one) => (one.textContent = t(one.dataset.text)));
  document.querySelectorAll("[data-label]").forEach((one) => one.setAttribute("aria-label", t(one.dataset.label)));
  at("languages").replaceChildren(...found.languages.map(languageButton));
  showStatus();
  if (!log.shown.size) greet();
}

function languageButton({ code, name }) {
  const button = element("button", { type: "button", lang: code, "aria-pressed": String(code === language) }, name);
  button.addEventListener("click", async () => {
    remember("language", code);
    await switchTo(code);
    at("languages").querySelector("[aria-pressed=true]")?.focus();
    if (token) await api.chooseLanguage(token, code).catch(() => (at("problem").textContent = t("failed")));
  });
  return button;
}

function grow() {
  const text = at("text");
  text.style.height = "auto";
  text.style.height = `${Math.min(text.scrollHeight + 2, 160)}px`;
}

function wire() {
  at("form").addEventListener("submit", (event) => {
    event.preventDefault();
    const text = at("text").value;
    at("text").focus();
    if (!text.trim()) return;
    at("text").value = "";
    grow();
    say(text);
  });
  at("text").addEventListener("input", grow);
  at("text").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    at("form").requestSubmit();
  });
  at("plain").addEventListener("click", () => {
    register = register === "plain" ? "normal" : "plain";
    showRegister();
    say(t(register === "plain" ? "ask_plain" : "ask_normal"), register === "plain" ? "/simpler" : "/fuller");
  });
  at("new").addEventListener("click", () => at("sure").showModal());
  at("sure").addEventListener("close", () => at("sure").returnValue === "yes" && restart());
  watch("token", () => location.reload());
}

function restart() {
  remember("token", null);
  outbox.clear();
  events?.stop();
  token = null;
  connected = true;
  typing = false;
  register = told = "normal";
  showRegister();
  at("human").hidden = true;
  at("problem").textContent = "";
  log.clear();
  greet();
  showStatus();
  at("text").focus();
}

async function open() {
  wire();
  for (let tries = 0; !words.title; tries++) {
    if (tries) await new Promise((done) => setTimeout(done, Math.min(10_000, 500 * 2 ** tries)));
    await switchTo(recall("language") || language);
  }
  at("page").hidden = false;
  greet();
  outbox.waiting.forEach((message) => log.echo(message));
  listen();
  outbox.flush();
}

open();
