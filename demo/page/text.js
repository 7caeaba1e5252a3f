// Text with entities as DOM nodes, and how times, lengths and sizes are written. Nothing here ever parses HTML.

const TAGS = {
  bold: "strong", italic: "em", underline: "u", strikethrough: "s", code: "code", pre: "pre",
  blockquote: "blockquote", expandable_blockquote: "blockquote",
};

/** Makes `<tag class>` with children; `attributes` are set as properties. */
export function element(tag, className = "", attributes = {}, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  Object.assign(node, attributes);
  node.append(...children);
  return node;
}

/** An icon of one path on a 24 px grid. */
export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

/** Offsets count UTF-16 code units, which is what JavaScript strings are made of. */
export function formatted(text, entities, onCommand) {
  const fragment = document.createDocumentFragment();
  append(fragment, text, 0, text.length, entities, onCommand);
  return fragment;
}

function append(parent, text, start, end, entities, onCommand) {
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    if (entity.offset > at) parent.append(text.slice(at, entity.offset));
    let next = index + 1;
    while (next < entities.length && entities[next].offset < stop) next += 1;
    const node = wrap(entity, text.slice(entity.offset, stop), onCommand);
    append(node, text, Math.max(at, entity.offset), stop, entities.slice(index + 1, next), onCommand);
    parent.append(node);
    at = stop;
    index = next;
  }
  if (at < end) parent.append(text.slice(at, end));
}

function wrap(entity, text, onCommand) {
  switch (entity.type) {
    case "bot_command":
      return element("button", "command", { type: "button", onclick: () => onCommand(text) });
    case "url":
    case "text_link":
      return link(entity.url || text);
    case "spoiler":
      return element("span", "spoiler", { tabIndex: 0 });
    case "hashtag":
      return element("span", "hashtag");
    default:
      return element(TAGS[entity.type] || "span");
  }
}

/** A link into a chat with the bot itself opens it here, as on the phone of whom it was sent to. */
function link(address) {
  const start = /^https:\/\/t\.me\/\w+\?start=([\w-]{1,64})$/.exec(address);
  if (start) return element("a", "", { href: `./?guest&start=${start[1]}`, target: "_blank" });
  const safe = /^https?:\/\//i.test(address);
  return safe ? element("a", "", { href: address, target: "_blank", rel: "noopener noreferrer" }) : element("span");
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const seconds = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayName = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export const time = (ms) => clock.format(ms);
export const exactTime = (ms) => seconds.format(ms);
export const dayKey = (ms) => new Date(ms).toDateString();

export function day(ms) {
  const key = dayKey(ms);
  if (key === dayKey(Date.now())) return "Today";
  if (key === dayKey(Date.now() - 86_400_000)) return "Yesterday";
  return dayName.format(ms);
}

/** `0:07`, `1:02:03`. */
export function length(totalSeconds) {
  const whole = Math.round(totalSeconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, i) => (i ? String(part).padStart(2, "0") : String(part))).join(":");
}

/** Sizes as providers bill them: MB is 10^6 bytes. */
export function size(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let value = bytes;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value.toFixed(unit && value < 99.95 ? 1 : 0)} ${units[unit]}`;
}
