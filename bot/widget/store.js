// What the browser remembers between visits. A browser that forbids it gets a page that forgets.

const PREFIX = "polku.";

export function recall(name) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name));
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden; the page works on without it.
  }
}

// Calls `changed` when another tab has put another value under `name`.
export function watch(name, changed) {
  addEventListener("storage", (event) => {
    if (event.key === PREFIX + name && event.oldValue !== event.newValue) changed();
  });
}
