// The list of messages: only what changed is drawn anew, so that a clip goes on playing when its caption changes.

import { show } from "./media.js";
import { day, dayKey, element, formatted, icon, time } from "./text.js";

const KEPT = 400;
const NEAR_PX = 60;
const TICK = "M5 12.5l4.2 4.2L18.5 7";
const TICKS = "M2.5 12.5l4.2 4.2L15 7M11.5 16.2l.5.5L21 7";
const PIN = "M9 4h6l-1 6 3 3H7l3-3zM12 13v7";
const BELL_OFF = "M6.5 9.5a5.5 5.5 0 0 1 11 0c0 5 2 6.5 2 6.5h-15s2-1.5 2-6.5M4 3.5l16 17";

export class MessageList {
  /** `act.press(message, button, key)` and `act.command(text)` are what a reader can do. */
  constructor(list, scroller, act) {
    this.list = list;
    this.scroller = scroller;
    this.act = act;
    this.nodes = new Map();
    this.days = "";
    this.stuck = true;
    this.top = 0;
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
    new ResizeObserver(() => this.stuck && this.toBottom(false)).observe(scroller);
  }

  /** Only a move upwards is the reader's wish to stay; on the way down a smooth scroll may still be going on. */
  scrolled() {
    const { scrollTop } = this.scroller;
    if (this.atBottom()) this.stuck = true;
    else if (scrollTop < this.top) this.stuck = false;
    this.top = scrollTop;
  }

  atBottom() {
    const { scrollHeight, scrollTop, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < NEAR_PX;
  }

  toBottom(smooth) {
    this.stuck = true;
    this.scroller.scrollTo({ top: this.scroller.scrollHeight, behavior: smooth ? "smooth" : "instant" });
  }

  /** Shows changes; returns the messages that were not there before. */
  apply(messages, reset) {
    this.scrolled(); // the event of a scroll comes later than the scroll
    const { stuck } = this;
    if (reset) this.clear();
    const added = messages.filter((message) => this.put(message, reset));
    this.trim();
    this.separate();
    if (stuck || reset) this.toBottom(!reset && added.length > 0);
    return added;
  }

  /** The newest pinned message; none: undefined. */
  pinned() {
    return [...this.nodes.values()].map(({ message }) => message).filter(({ pinned }) => pinned).pop();
  }

  reveal(id) {
    const node = this.nodes.get(id);
    if (!node) return;
    this.stuck = false;
    node.root.scrollIntoView({ block: "center", behavior: "smooth" });
    flash(node.bubble);
  }

  clear() {
    this.list.replaceChildren();
    this.nodes.clear();
    this.days = "";
  }

  put(message, reset) {
    let node = this.nodes.get(message.id);
    if (message.deleted) {
      if (node) this.remove(message.id, node.root);
      return false;
    }
    const isNew = !node;
    if (isNew) {
      node = blank(message);
      this.nodes.set(message.id, node);
      this.place(message).append(node.root);
      if (!reset) appear(node.root);
    }
    this.draw(node, message, !isNew);
    return isNew;
  }

  /** Pictures of one album stand side by side. */
  place({ album }) {
    if (!album) return this.list;
    const last = this.list.lastElementChild;
    if (last?.dataset.album === album) return last.firstElementChild;
    const grid = element("ol", "grid");
    const item = element("li", "album", {}, grid);
    item.dataset.album = album;
    this.list.append(item);
    return grid;
  }

  remove(id, root) {
    this.nodes.delete(id);
    root.classList.add("gone");
    setTimeout(() => { drop(root); this.separate(); }, 260);
  }

  draw(node, message, animate) {
    const { media, text, entities, buttons } = message;
    node.message = message;
    node.root.classList.toggle("wide", Boolean(media && media.kind !== "document"));
    node.bubble.classList.toggle("bare", Boolean(media && media.kind !== "document" && !text));
    node.quote.textContent = message.reply ?? "";
    const changed = [
      renew(node, "media", media && [media.kind, media.url], () => {
        if (media) show(node.media, media, animate);
        else node.media.replaceChildren();
        node.media.hidden = !media;
      }),
      renew(node, "words", [text, entities], () => {
        node.words.replaceChildren(formatted(text, entities, this.act.command));
      }),
    ];
    renew(node, "keys", buttons, () => this.drawKeys(node, message));
    renew(node, "meta", [message.edited, message.read, message.silent, message.pinned, message.reaction], () => drawMeta(node, message));
    if (animate && changed.some(Boolean)) flash(node.bubble);
  }

  drawKeys(node, message) {
    node.keyboard.replaceChildren(...message.buttons.map((row) => {
      const keys = row.map((button) => this.key(message, button));
      return element("div", "row", {}, ...keys);
    }));
  }

  key(message, button) {
    if (button.url) {
      return element("a", "key", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text);
    }
    const key = element("button", `key ${button.style}`.trim(), { type: "button" }, button.text);
    key.addEventListener("click", () => this.act.press(message, button, key));
    return key;
  }

  trim() {
    for (const [id, node] of this.nodes) {
      if (this.nodes.size <= KEPT) return;
      drop(node.root);
      this.nodes.delete(id);
    }
  }

  /** A line between days. */
  separate() {
    let last = "";
    const first = [...this.nodes.values()].filter(({ message }) => {
      const key = dayKey(message.date);
      const starts = key !== last;
      last = key;
      return starts;
    });
    const days = first.map(({ message }) => `${message.id} ${day(message.date)}`).join();
    if (days === this.days) return;
    this.days = days;
    this.list.querySelectorAll(".day").forEach((line) => line.remove());
    first.forEach(({ root, message }) => (root.closest(".album") ?? root).before(element("li", "day", { ariaHidden: "true" }, day(message.date))));
  }
}

function drop(root) {
  const album = root.closest(".album");
  root.remove();
  if (album && !album.querySelector(".message")) album.remove();
}

function blank(message) {
  const node = {
    root: element("li", message.fromBot ? "message" : "message own"),
    bubble: element("div", "bubble"),
    media: element("div", "media", { hidden: true }),
    quote: element("div", "quote"),
    words: element("div", "words"),
    meta: element("div", "meta"),
    keyboard: element("div", "keyboard"),
    drawn: {},
  };
  node.root.dataset.id = message.id;
  node.bubble.append(node.media, node.quote, node.words, node.meta);
  node.root.append(node.bubble, node.keyboard);
  return node;
}

/** Draws a part when what it shows has changed; true if so. */
function renew(node, part, shown, draw) {
  const text = JSON.stringify(shown);
  if (node.drawn[part] === text) return false;
  node.drawn[part] = text;
  draw();
  return true;
}

function drawMeta(node, message) {
  const parts = [];
  if (message.reaction) parts.push(element("span", "reaction", {}, message.reaction));
  if (message.pinned) parts.push(named(icon(PIN), "pinned"));
  if (message.silent) parts.push(named(icon(BELL_OFF), "without sound"));
  if (message.edited) parts.push(element("span", "", {}, "edited"));
  parts.push(element("time", "", { dateTime: new Date(message.date).toISOString() }, time(message.date)));
  if (!message.fromBot) {
    const tick = named(icon(message.read ? TICKS : TICK), message.read ? "read" : "sent");
    tick.classList.toggle("read", message.read);
    parts.push(tick);
  }
  node.meta.replaceChildren(...parts);
}

function named(svg, label) {
  svg.removeAttribute("aria-hidden");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  return svg;
}

function appear(root) {
  root.classList.add("new");
  requestAnimationFrame(() => requestAnimationFrame(() => root.classList.remove("new")));
}

function flash(bubble) {
  bubble.classList.remove("touched");
  void bubble.offsetWidth; // restarts the animation
  bubble.classList.add("touched");
}
