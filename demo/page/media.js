// The picture, clip or file of one message. Only some clips stay loaded: a browser refuses more than a few dozen.

import { element, icon, length, size } from "./text.js";

const PLAY = "M8 5.5v13l11-6.5z";
const FILE = "M7 3.5h7l4 4v13H7zM14 3.5v4h4";

const LOADED = 24;
const loaded = new Set();
const near = new WeakSet();
const nearby = new IntersectionObserver((entries) => entries.forEach(moved), { rootMargin: "1200px 0px" });

function moved({ target, isIntersecting }) {
  if (isIntersecting) {
    near.add(target);
    load(target);
  } else {
    near.delete(target);
  }
}

function load(video) {
  if (!video.getAttribute("src")) video.src = video.dataset.src;
  loaded.delete(video); // the latest use counts
  loaded.add(video);
  for (const other of loaded) {
    if (loaded.size <= LOADED) return;
    if (!near.has(other) && other.paused) unload(other);
  }
}

function unload(video) {
  loaded.delete(video);
  video.removeAttribute("src");
  video.load();
}

/** Shows `media` in `box`. What was there before fades out once the new one can be seen. */
export function show(box, media, animate) {
  const before = [...box.children];
  box.className = "media";
  box.style.aspectRatio = ratio(media);
  if (media.kind === "document") {
    box.replaceChildren(fileLink(media));
    box.className = "";
    box.style.aspectRatio = "";
    return;
  }
  const parts = media.url ? (media.kind === "video" ? clip(box, media) : picture(media)) : lost();
  const main = parts[0];
  const settle = () => {
    main.classList.remove("arriving");
    setTimeout(() => before.forEach((node) => discard(node)), 500);
  };
  if (animate && before.length && media.url) {
    main.classList.add("arriving");
    main.addEventListener(media.kind === "video" ? "loadeddata" : "load", () => requestAnimationFrame(settle), { once: true });
    main.addEventListener("error", settle, { once: true });
    before.filter((node) => !node.matches("img, video")).forEach((node) => discard(node));
    box.append(...parts);
  } else {
    before.forEach((node) => discard(node));
    box.append(...parts);
  }
}

function discard(node) {
  if (node.matches("video")) {
    nearby.unobserve(node);
    node.pause();
    if (loaded.has(node)) unload(node);
  }
  node.remove();
}

function ratio(media) {
  const width = media.width || 16;
  const height = media.height || 9;
  // Very tall and very wide pictures are cropped, so that one picture never fills more than a screen.
  return String(Math.min(Math.max(width / height, 0.75), 4));
}

function picture(media) {
  const open = element("button", "open", { type: "button", onclick: () => view(media.url) });
  open.setAttribute("aria-label", "Open picture");
  return [element("img", "", { src: media.url, alt: "Picture from the camera", decoding: "async" }), open];
}

function view(url) {
  document.getElementById("viewed").src = url;
  document.getElementById("viewer").showModal();
}

function clip(box, media) {
  const video = element("video", "", { muted: true, playsInline: true, preload: "auto", poster: media.poster });
  video.setAttribute("muted", "");
  video.setAttribute("aria-label", "Clip from the camera");
  video.dataset.src = media.url;
  const play = element("button", "play", { type: "button" }, element("span", "", {}, icon(PLAY)));
  play.setAttribute("aria-label", `Play clip, ${length(media.duration)}`);
  play.addEventListener("click", () => {
    load(video);
    video.play().catch(() => { video.controls = true; });
  });
  video.addEventListener("play", () => {
    video.controls = true;
    play.hidden = true;
    box.classList.add("playing");
  });
  video.addEventListener("ended", () => {
    video.controls = false;
    play.hidden = false;
    box.classList.remove("playing");
  });
  video.addEventListener("error", () => {
    if (video.getAttribute("src")) box.append(...lost("This clip cannot be played here."));
  });
  nearby.observe(video);
  load(video);
  return [video, play, element("span", "badge", {}, length(media.duration))];
}

function lost(why = "No longer kept here. Ask for it with /clips.") {
  return [element("p", "lost", {}, why)];
}

function fileLink(media) {
  const name = element("span", "", {}, media.name || "file", element("small", "", {}, size(media.bytes)));
  return element("a", "file", { href: media.url, download: media.name || "file" }, icon(FILE), name);
}
