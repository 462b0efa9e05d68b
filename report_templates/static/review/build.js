"use strict";

// Small tools to build the page; what comes from the data is only ever written as text.

const NAMED = 200; // characters of a name that are shown; a longer one is shown by its beginning and its end

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

function shortened(text) {
  if (text.length <= NAMED) return text;
  const characters = [...text];
  return characters.length <= NAMED ? text : `${characters.slice(0, 150).join("")}…${characters.slice(-40).join("")}`;
}

const named = (text) => value(shortened(text));
const label = (text, tone = "") => el("span", { class: `label ${tone}`.trim() }, named(text));
const key = (text) => el("kbd", { "aria-hidden": "true", text });

// `action` is what a key does too: the key stands on the button, whichever it is now.
function button(text, click, { tone = "", action = "", pressed = null, at = action || null, ...more } = {}) {
  const parts = Array.isArray(text) ? text : [text];
  const hint = action ? keyOf(action) : "";
  return el(
    "button",
    { type: "button", class: tone, click, "aria-pressed": pressed, "aria-keyshortcuts": hint || null, "data-at": at, ...more },
    ...parts,
    hint ? key(hint) : null,
  );
}

// Other children in a place; what had the keyboard has it again, with what was typed so far.
function redraw(place, children) {
  const held = place.contains(document.activeElement) && document.activeElement !== place ? document.activeElement : null;
  const typed = held && "value" in held ? [held.value, held.selectionStart, held.selectionEnd] : null;
  place.replaceChildren(...children.filter(Boolean));
  if (!held) return;
  const again = held.dataset.at ? place.querySelector(`[data-at="${CSS.escape(held.dataset.at)}"]`) : null;
  (again ?? place).focus({ preventScroll: true });
  if (again && typed?.[0] && /^(text|textarea)$/.test(again.type)) {
    again.value = typed[0];
    again.setSelectionRange(typed[1], typed[2]);
    again.dispatchEvent(new Event("input"));
  }
}

function timeLeft(seconds) {
  const minutes = Math.max(1, Math.round(seconds / 60));
  if (minutes < 60) return fill(words.minutes, { n: minutes });
  return fill(words.hours, { n: (minutes / 60).toFixed(1) });
}

const clock = (date) => date.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
