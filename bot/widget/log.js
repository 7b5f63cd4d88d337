// The list of messages: each shown once, in the app's order, with what is not sent yet at the end.

import { choices, drawn, element } from "./message.js";

const NEAR = 120; // px from the end that still count as reading the end

export class Log {
  constructor(root, { t, language, press }) {
    this.root = root;
    this.t = t;
    this.language = language;
    this.press = press;
    this.shown = new Map(); // id → message
    this.pending = new Map(); // client id → element
  }

  // The page's own first words; they are no message of the conversation.
  greet(starters, send) {
    const said = drawn({ author: "bot", text: this.t("greeting"), language: this.language() }, this.options());
    const group = choices(starters.map((title) => ({ title })), this.t("suggestions"), this.language(), send);
    said.append(group);
    const about = element("p", { id: "about", lang: this.language() }, `${this.t("not_a_person")} ${this.t("not_official")}`);
    this.greeting?.forEach((one) => one.remove());
    this.greeting = [about, said];
    this.root.prepend(...this.greeting);
  }

  // A message of one's own, at once, before the app has it.
  echo(message) {
    if (this.pending.has(message.id) || [...this.shown.values()].some((one) => one.client_id === message.id)) return;
    const made = drawn({ author: "person", text: message.text, client_id: message.id }, this.options());
    made.classList.add("unsent");
    this.pending.set(message.id, made);
    this.root.append(made);
    this.toEnd();
  }

  // Still not sent: say so. Not at once, since nearly every message is sent in a moment.
  delayed(id) {
    const made = this.pending.get(id);
    if (made && !made.querySelector(".state")) made.append(element("p", { class: "state" }, this.t("unsent")));
  }

  forget(id) {
    this.pending.get(id)?.remove();
    this.pending.delete(id);
  }

  add(message) {
    if (this.shown.has(message.id)) return;
    const nearEnd = this.root.scrollHeight - this.root.scrollTop - this.root.clientHeight < NEAR;
    const quoted = message.metadata?.late ? this.shown.get(message.in_reply_to)?.text : "";
    this.shown.set(message.id, message);
    const mine = message.client_id && this.pending.get(message.client_id);
    const firstPending = this.pending.values().next().value;
    this.pending.delete(message.client_id);
    if (mine) {
      mine.classList.remove("unsent");
      mine.querySelector(".state")?.remove();
      if (mine !== firstPending) this.root.insertBefore(mine, firstPending);
      return;
    }
    const made = drawn(message, { ...this.options(), quoted });
    this.root.insertBefore(made, firstPending || null);
    if (nearEnd || message.author === "person") this.toEnd(made);
  }

  // The end of the talk, but never past the beginning of `message`: one reads from its top.
  toEnd(message) {
    const end = this.root.scrollHeight - this.root.clientHeight;
    const top = message ? message.offsetTop - this.root.offsetTop - 12 : end;
    this.root.scrollTop = Math.min(end, top);
  }

  clear() {
    this.root.replaceChildren();
    this.shown.clear();
    this.pending.clear();
    this.greeting = null;
  }

  options() {
    return { t: this.t, language: this.language(), press: this.press };
  }
}
