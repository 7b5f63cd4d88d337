// Server-sent events over fetch: the browser's own EventSource cannot send the token.

const SILENCE = 40_000; // ms; the app pings every 15 s, so a longer silence is a dead line
const LONGEST_PAUSE = 20_000;

export class Events {
  // heard(kind, data), connected(bool), lost(): the conversation is not there any more.
  constructor(token, { heard, connected, lost }) {
    this.token = token;
    this.heard = heard;
    this.connected = connected;
    this.lost = lost;
    this.lastId = "";
    this.stopped = false;
    this.failures = 0;
    this.retry = () => this.wake?.();
    addEventListener("online", this.retry);
    this.run();
  }

  stop() {
    this.stopped = true;
    removeEventListener("online", this.retry);
    this.abort?.abort();
    this.wake?.();
  }

  async run() {
    while (!this.stopped) {
      try {
        await this.listen();
      } catch {
        // Cut, refused or silent: all the same, we come back.
      }
      if (this.stopped) return;
      this.connected(false);
      const pause = Math.min(LONGEST_PAUSE, 500 * 2 ** this.failures++) * (0.75 + Math.random() / 2);
      await new Promise((done) => {
        this.wake = done;
        setTimeout(done, pause);
      });
    }
  }

  async listen() {
    this.abort = new AbortController();
    let alarm = setTimeout(() => this.abort.abort(), SILENCE);
    try {
      const headers = { Authorization: `Bearer ${this.token}` };
      if (this.lastId) headers["Last-Event-ID"] = this.lastId;
      const response = await fetch("/widget/events", { headers, signal: this.abort.signal, credentials: "omit" });
      if (response.status === 401) {
        this.stop();
        this.lost();
        return;
      }
      if (!response.ok) return;
      this.failures = 0;
      this.connected(true);
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { done, value } = await reader.read();
        if (done || this.stopped) return;
        clearTimeout(alarm);
        alarm = setTimeout(() => this.abort.abort(), SILENCE);
        const frames = (rest + value).split("\n\n");
        rest = frames.pop();
        frames.forEach((frame) => this.take(frame));
      }
    } finally {
      clearTimeout(alarm);
    }
  }

  take(frame) {
    const fields = {};
    for (const line of frame.split("\n")) {
      const colon = line.indexOf(":");
      if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 1).trim();
    }
    if (!fields.data) return;
    this.heard(fields.event, JSON.parse(fields.data));
    if (fields.id) this.lastId = fields.id;
  }
}
