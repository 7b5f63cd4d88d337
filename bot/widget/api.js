// The app's HTTP API. `Unreachable` means: try again later. `Refused` means: trying again does not help.

export class Unreachable extends Error {
  constructor(wait = 0) {
    super("unreachable");
    this.wait = wait; // milliseconds that the app asked us to wait
  }
}

export class Refused extends Error {
  constructor(status, body) {
    super(body.error || "refused");
    this.status = status;
    this.text = body.text || "";
  }
}

async function call(path, { token, body, language, method = "POST" } = {}) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (language) headers["Accept-Language"] = language;
  if (body) headers["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(path, { method, headers, body: body && JSON.stringify(body), credentials: "omit" });
  } catch {
    throw new Unreachable();
  }
  if (response.status === 429) throw new Unreachable(1000 * Number(response.headers.get("Retry-After") || 1));
  if (response.status >= 500) throw new Unreachable();
  const found = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, found);
  return found;
}

export const texts = (language) =>
  call(`/widget/texts${language ? `?language=${encodeURIComponent(language)}` : ""}`, { method: "GET" });

export const start = (wanted) => call("/widget/conversations", { body: wanted });

export const write = (token, message, language) => call("/widget/messages", { token, body: message, language });

export const chooseLanguage = (token, language) => call("/widget/language", { token, body: { language }, language });
