// The side panel: the same archive twice, as its provider and as its owner see it.

import { dayKey, element, exactTime, day, length, size } from "./text.js";

const known = { provider: null, owner: null };

export function showPanel({ now, provider, owner }) {
  document.getElementById("now").replaceChildren(...nowLine(now));
  sum("provider", provider.count, "file", provider.bytes);
  sum("owner", owner.count, "clip", owner.bytes);
  const folders = byFolder(provider.files);
  fill("provider", folders, "The folder is still empty. The first clip arrives here after the first visitor.");
  fill("owner", owner.clips.map(clip), "No clips yet. Somebody has to come by first.");
}

function nowLine(now) {
  const cameras = now.cameras.map(({ name, state }) => element("span", `camera ${state}`, {}, `${name} is ${state}`));
  const clips = now.waiting === 1 ? "1 clip is" : `${now.waiting} clips are`;
  const archive = now.waiting ? `${clips} being encrypted and archived` : "archive up to date";
  const parts = [...cameras, element("span", "quiet", {}, archive)];
  if (now.detail) parts.push(element("span", "trouble", {}, now.detail));
  return parts;
}

function sum(id, count, noun, bytes) {
  const text = `${count} ${noun}${count === 1 ? "" : "s"} · ${size(bytes)}`;
  const line = document.getElementById(`${id}-sum`);
  if (line.textContent !== text) line.textContent = text;
}

function byFolder(files) {
  const folders = new Map();
  for (const file of files) {
    const cut = file.path.lastIndexOf("/");
    const folder = file.path.slice(0, cut + 1);
    if (!folders.has(folder)) folders.set(folder, []);
    folders.get(folder).push({ ...file, name: file.path.slice(cut + 1) });
  }
  return [...folders].flatMap(([folder, inside]) => [
    ...(folder ? [{ key: folder, node: element("div", "folder", { title: folder }, folder) }] : []),
    ...inside.map((file) => ({
      key: `${file.path} ${file.bytes}`,
      node: entry(file.name, size(file.bytes), moment(file.modified), file.path),
    })),
  ]);
}

function clip(item) {
  const state = item.archived ? "archived" : "here only";
  const title = `${item.camera} · ${length(item.duration)}`;
  const node = entry(title, size(item.bytes), `${moment(item.started)} · #${item.event} · ${state}`, "");
  return { key: `${item.event} ${item.started} ${item.archived}`, node };
}

function entry(title, bytes, times, hint) {
  return element("div", "entry", { title: hint },
    element("span", "title", {}, title), element("span", "size", {}, bytes), element("span", "time", {}, times));
}

const moment = (ms) => (dayKey(ms) === dayKey(Date.now()) ? exactTime(ms) : `${day(ms)}, ${exactTime(ms)}`);

function fill(id, items, nothing) {
  const list = document.getElementById(id);
  const keys = items.map(({ key }) => key);
  const before = known[id];
  if (before && before.join("\n") === keys.join("\n")) return;
  known[id] = keys;
  const { scrollTop } = list;
  list.replaceChildren(...(items.length ? items.map(({ node }) => node) : [element("p", "nothing", {}, nothing)]));
  list.scrollTop = scrollTop;
  if (before) items.filter(({ key }) => !before.includes(key)).forEach(({ node }) => glow(node));
}

function glow(node) {
  node.classList.add("fresh");
  setTimeout(() => node.classList.remove("fresh"), 1500);
}
