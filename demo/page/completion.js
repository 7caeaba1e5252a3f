// Command completion: `/` opens the list; arrows, Enter, Tab, a tap or Escape as one expects.

import { element } from "./text.js";

export class Completion {
  constructor({ list, input, menu }, send) {
    Object.assign(this, { list, input, menu, send });
    this.commands = [];
    this.shown = [];
    this.at = 0;
    input.addEventListener("input", () => this.follow());
    input.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    menu.addEventListener("click", () => this.toggle());
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus in the input
  }

  get open() {
    return !this.list.hidden;
  }

  follow() {
    const found = /^\/(\w*)$/.exec(this.input.value);
    if (!found) return this.close();
    const typed = found[1].toLowerCase();
    const fitting = this.commands.filter(({ command }) => command.startsWith(typed));
    // What was typed out in full comes first, so that Enter never sends a longer command.
    return this.show(fitting.sort((a, b) => (b.command === typed) - (a.command === typed)));
  }

  toggle() {
    if (this.open) return this.close();
    this.show(this.commands);
    return this.input.focus();
  }

  show(commands) {
    this.shown = commands;
    this.at = 0;
    this.list.replaceChildren(...commands.map((entry, index) => this.item(entry, index)));
    this.list.hidden = commands.length === 0;
    this.mark();
  }

  close() {
    this.list.hidden = true;
    this.mark();
  }

  item({ command, description }, index) {
    const item = element("li", "", { id: `command-${index}`, role: "option" },
      element("b", "", {}, `/${command}`), element("span", "", {}, description));
    item.addEventListener("click", () => this.choose(index));
    item.addEventListener("pointermove", () => { if (this.at !== index) { this.at = index; this.mark(); } });
    return item;
  }

  mark() {
    [...this.list.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === this.at)));
    this.input.setAttribute("aria-expanded", String(this.open));
    this.menu.setAttribute("aria-expanded", String(this.open));
    if (this.open) {
      this.input.setAttribute("aria-activedescendant", `command-${this.at}`);
      this.list.children[this.at].scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  /** True when the key was for the list. */
  key(event) {
    if (!this.open) return false;
    const count = this.shown.length;
    if (event.key === "ArrowDown") this.at = (this.at + 1) % count;
    else if (event.key === "ArrowUp") this.at = (this.at + count - 1) % count;
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab") this.fill();
    else if (event.key === "Enter" && !event.shiftKey) this.choose(this.at);
    else return false;
    event.preventDefault();
    this.mark();
    return true;
  }

  /** Writes the command and leaves room for what follows. */
  fill() {
    this.input.value = `/${this.shown[this.at].command} `;
    this.close();
    this.input.dispatchEvent(new Event("input"));
  }

  choose(index) {
    const { command } = this.shown[index];
    this.input.value = "";
    this.input.dispatchEvent(new Event("input"));
    this.send(`/${command}`);
    this.input.focus();
  }
}
