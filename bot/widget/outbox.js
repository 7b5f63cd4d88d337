// What was written and has not reached the app yet. Survives a reload; the same id is never handled twice.

import { Refused } from "./api.js";
import { recall, remember } from "./store.js";

const LONGEST_PAUSE = 15_000;

export class Outbox {
  // send(message) → promise; refused(message, error): the app will not take it.
  constructor({ send, refused }) {
    this.send = send;
    this.refused = refused;
    this.waiting = recall("unsent") || [];
    this.failures = 0;
    this.busy = false;
    addEventListener("online", () => this.flush());
  }

  add(message) {
    this.waiting.push(message);
    this.keep();
    this.flush();
  }

  clear() {
    this.waiting = [];
    this.keep();
  }

  keep() {
    remember("unsent", this.waiting.length ? this.waiting : null);
  }

  drop(message) {
    this.waiting = this.waiting.filter((one) => one.id !== message.id);
    this.keep();
  }

  // In order, one at a time.
  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    let pause = 0;
    while (this.waiting.length && !pause) {
      const message = this.waiting[0];
      try {
        await this.send(message);
        this.drop(message);
        this.failures = 0;
      } catch (error) {
        if (error instanceof Refused) {
          this.drop(message);
          this.refused(message, error);
        } else {
          pause = error.wait || Math.min(LONGEST_PAUSE, 1000 * 2 ** this.failures++);
        }
      }
    }
    this.busy = false;
    if (pause) this.timer = setTimeout(() => this.flush(), pause);
  }
}
