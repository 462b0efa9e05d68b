"use strict";

// Small tools to build the page; what comes from the data is only ever written as text.

function el(tag, options = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(options)) {
    if (name === "text") element.textContent = value;
    else if (name === "class") element.className = value;
    else if (name === "click") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// A value of the data: isolated, with hidden characters as marks.
function value(text, kind = "value") {
  const element = el("bdi", { class: "data" });
  if (kind === "content") write(element, text, "content");
  else writeValue(element, text);
  return element;
}

const label = (text, tone = "") => el("span", { class: `label ${tone}`.trim() }, value(text));
const key = (text) => el("kbd", { "aria-hidden": "true", text });

function button(text, click, { tone = "", hint = "", pressed = null, ...more } = {}) {
  const parts = Array.isArray(text) ? text : [text];
  return el(
    "button",
    { type: "button", class: tone, click, "aria-pressed": pressed, "aria-keyshortcuts": hint || null, ...more },
    ...parts,
    hint ? key(hint) : null,
  );
}

function timeLeft(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return fill(words.minutes, { n: minutes });
  return fill(words.hours, { n: (minutes / 60).toFixed(1) });
}

const clock = (date) => date.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
