// One message as an element. Everything that came over the wire becomes text, never HTML.

export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

// {author, text, buttons, metadata, language, client_id, id}; `t` gives the page's texts; `quoted` is
// the text of the message that a late answer belongs to; `press(button)` sends a choice.
export function drawn(message, { t, language, press, quoted }) {
  const author = ["person", "counsellor", "system"].includes(message.author) ? message.author : "bot";
  const spoken = message.author === "person" ? undefined : message.language || undefined;
  const name = t(author === "person" ? "you" : author);
  const article = element("article", { class: `message ${author}`, "data-client-id": message.client_id });
  article.append(element("h2", { class: author === "counsellor" ? "author" : "author hidden" }, name));
  const body = element("div", { class: "text", dir: "auto", lang: spoken }, ...paragraphs(message.text));
  if (quoted) body.prepend(element("p", { class: "quoted", lang: language }, t("late", { text: shortened(quoted) })));
  article.append(body);
  const sources = sourceLine(message.metadata || {}, t, language);
  if (sources) body.append(sources);
  if (message.buttons?.length) article.append(choices(message.buttons, t("choices"), spoken, press));
  return article;
}

export function choices(buttons, label, spoken, press) {
  const group = element("div", { class: "choices", role: "group", "aria-label": label });
  for (const button of buttons) {
    const made = element("button", { type: "button", dir: "auto", lang: spoken }, button.title);
    made.addEventListener("click", () => press(button));
    group.append(made);
  }
  return group;
}

// Blank lines part paragraphs; lines that begin with "- " are a list.
function paragraphs(text) {
  const made = [];
  for (const block of text.split(/\n\s*\n/)) {
    let list = null;
    let lines = null;
    for (const line of block.split("\n")) {
      if (line.startsWith("- ")) {
        lines = null;
        if (!list) made.push((list = element("ul")));
        list.append(element("li", {}, line.slice(2)));
      } else if (line.trim()) {
        list = null;
        if (lines) lines.append(element("br"), line);
        else made.push((lines = element("p", {}, line)));
      }
    }
  }
  return made;
}

function sourceLine({ sources = [], checked_on: checked }, t, language) {
  const safe = sources.filter((source) => /^https?:\/\//.test(source.url));
  if (!safe.length) return null;
  const list = element("ul", { "aria-label": t("sources"), lang: language });
  for (const source of safe) {
    const foreign = source.language && source.language !== language && t(`page_in_${source.language}`);
    const note = foreign ? ` (${foreign})` : "";
    list.append(element("li", {}, element(
      "a",
      { href: source.url, target: "_blank", rel: "noopener noreferrer" },
      element("span", { lang: source.language }, source.title),
      note,
      element("span", { class: "hidden" }, ` (${t("new_window")})`),
    )));
  }
  const line = element("footer", { class: "sources" }, element("p", { lang: language }, t("sources")), list);
  if (checked) line.append(element("p", { class: "checked", lang: language }, t("checked", { day: spelled(checked, language) })));
  return line;
}

function spelled(day, language) {
  return new Intl.DateTimeFormat(`${language}-${language === "en" ? "GB" : "FI"}`, { dateStyle: "long", timeZone: "UTC" })
    .format(new Date(`${day}T00:00:00Z`));
}

function shortened(text) {
  const line = text.replace(/\s+/g, " ").trim();
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
