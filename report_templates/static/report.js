"use strict";

// Starts what needs a script: the queue, the charts, copy buttons, the table of contents.

function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

function copyButton(label, source) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = label;
  button.setAttribute("aria-live", "polite");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = words.copied;
    } catch {
      select(source);
      button.textContent = words.copy_failed;
    }
    setTimeout(() => { button.textContent = label; }, 2000);
  });
  return button;
}

function startCopying() {
  for (const code of document.querySelectorAll(".command code")) code.after(copyButton(words.copy, code));
  for (const place of document.querySelectorAll("[data-copies]")) {
    place.append(" ", copyButton(words.copy_data, byId(place.dataset.copies)));
  }
}

// A link to a folded section unfolds it.
function unfoldTarget() {
  const target = byId(location.hash.slice(1));
  const details = target?.querySelector(":scope > details");
  if (!details || details.open) return;
  details.open = true;
  target.scrollIntoView();
}

function markSection(links, entries) {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) continue;
    for (const link of links) link.removeAttribute("aria-current");
    links.find((link) => link.hash === `#${target.id}`)?.setAttribute("aria-current", "true");
  }
}

function startContents() {
  const contents = document.querySelector(".contents details");
  const wide = matchMedia("(min-width: 72rem)");
  const follow = () => { contents.open = wide.matches; };
  const links = [...contents.querySelectorAll("a")];
  const watcher = new IntersectionObserver((entries) => markSection(links, entries), { rootMargin: "0px 0px -80% 0px" });
  for (const section of document.querySelectorAll("main > section[id]")) watcher.observe(section);
  wide.addEventListener("change", follow);
  follow();
}

if (byId("queue-data")) startQueue(byId("queue").dataset.total);
if (byId("forecast-data")) startYield();
if (byId("map-data")) startMap();
startCharts();
startCopying();
startContents();
unfoldTarget();
addEventListener("hashchange", unfoldTarget);
