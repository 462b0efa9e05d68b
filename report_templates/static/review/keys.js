"use strict";

// Single keys, whatever the keyboard writes: Latin, Hangul, Cyrillic, through an input method or not.

const KEY_MAP = {
  q: "keep", w: "accept", e: "exclude", r: "unsure", d: "duplicate", n: "undecided",
  j: "next", k: "previous", c: "comment", g: "guidelines", s: "export", "/": "search", "?": "help", z: "undo", v: "zoom",
  1: "class1", 2: "class2", 3: "class3", 4: "class4", 5: "class5", 6: "class6", 7: "class7", 8: "class8", 9: "class9", 0: "class10",
};
const PLAIN_KEYS = { ArrowDown: "next", ArrowUp: "previous" };
const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const IME = 229;

// The printed character where it is ASCII (right for QWERTY, AZERTY, Dvorak), else the physical key.
function keyName(event) {
  const key = event.key ?? ""; // a browser that fills in a field sends keys without a name
  const code = key.length === 1 ? key.charCodeAt(0) : 999;
  if (code > 32 && code < 127) return key.toLowerCase();
  const found = /^(?:Key([A-Z])|Digit([0-9])|Numpad([0-9]))$/.exec(event.code || "");
  if (found) return (found[1] || found[2] || found[3]).toLowerCase();
  if (event.code === "Slash") return event.shiftKey ? "?" : "/";
  return null;
}

// The digit of a key that writes one with Shift only (AZERTY, Czech).
const digitOf = (event) => (event.shiftKey ? undefined : /^Digit([0-9])$/.exec(event.code || "")?.[1]);
const isThirdLevel = (event) => Boolean(event.getModifierState?.("AltGraph")); // AltGr+E writes a sign of its own

function withControl(event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return null;
  const name = keyName(event);
  if (name === "s") return "export";
  if (name === "z") return event.shiftKey ? "redo" : "undo";
  return name === "y" ? "redo" : null;
}

function openKeys({ on, run, map = () => KEY_MAP }) {
  let blank = false; // ibus and fcitx may blank the keydown: then the keyup counts

  function shortcut(event) {
    if (event.isComposing || event.repeat) return null;
    const inField = event.target?.closest?.(FIELDS);
    if (event.key === "Escape") return "leave";
    if (withControl(event) === "export") return "export"; // else the browser would save the page, from a field too
    const dialog = document.querySelector("dialog[open]");
    if (inField || (dialog && dialog.id !== "zoom")) return null;
    const held = withControl(event);
    if (held) return dialog ? null : held;
    if (event.ctrlKey || event.metaKey || event.altKey || isThirdLevel(event) || !on()) return null;
    const name = keyName(event);
    if (name === "z" && event.shiftKey) return "redo";
    if (event.target?.closest?.("button, summary, a, [type=checkbox]") && event.key === " ") return null;
    const action = map()[name] ?? map()[digitOf(event)] ?? PLAIN_KEYS[event.key] ?? null;
    return dialog && action !== "zoom" ? null : action; // nothing else is done behind an enlarged picture
  }

  addEventListener("keydown", (event) => {
    const action = shortcut(event);
    blank = !action && !event.code && (event.key === "Process" || event.keyCode === IME);
    if (action && run(action, event) !== false && action !== "leave") event.preventDefault();
  });
  addEventListener("keyup", (event) => {
    if (!blank) return;
    blank = false;
    const action = shortcut(event);
    if (action) run(action, event);
  });
}
