"use strict";

// How this reviewer likes to work: keys, moving on, colours. Kept beside the decisions.

const DEFAULTS = { keys: true, advance: true, theme: "auto" };
const THEMES = ["auto", "light", "dark"];
const settings = { ...DEFAULTS, map: { ...KEY_MAP } };
const ACTION_ORDER = [
  "keep", "accept", "unsure", "exclude", "duplicate", "search", "comment",
  "zoom", "undecided", "next", "previous", "undo", "export", "guidelines", "help",
];

// The key of an action as it is printed on a keyboard; none while single keys are off.
function keyOf(action) {
  if (!settings.keys) return "";
  const [name] = Object.entries(settings.map).find(([, bound]) => bound === action) ?? [""];
  return name.toUpperCase();
}

function applySettings() {
  document.documentElement.dataset.theme = settings.theme;
  for (const hint of document.querySelectorAll("[data-key]")) {
    hint.textContent = keyOf(hint.dataset.key);
    hint.hidden = hint.textContent === "";
  }
}

function takeSettings(kept) {
  Object.assign(settings, DEFAULTS, { map: { ...KEY_MAP } });
  for (const name of ["keys", "advance"]) if (typeof kept?.[name] === "boolean") settings[name] = kept[name];
  if (THEMES.includes(kept?.theme)) settings.theme = kept.theme;
  const bound = Object.entries(kept?.map ?? {}).filter(([name, action]) => /^[!-~]$/.test(name) && Object.values(KEY_MAP).includes(action));
  const map = Object.fromEntries(bound);
  for (const [name, action] of Object.entries(KEY_MAP)) { // what a page of an earlier version did not have
    if (!Object.values(map).includes(action) && !(name in map)) map[name] = action;
  }
  const actions = Object.values(map);
  if (new Set(actions).size === Object.keys(KEY_MAP).length && actions.length === Object.keys(KEY_MAP).length) settings.map = map;
  applySettings();
}

function toggle(text, help, on, change) {
  const box = el("input", { type: "checkbox" });
  box.checked = on;
  box.addEventListener("change", () => change(box.checked));
  return el("div", { class: "setting" }, el("label", { class: "tick" }, box, text), el("p", { class: "small", text: help }));
}

function themeChoice(save) {
  return el("fieldset", { class: "setting" }, el("legend", { text: words.theme }),
    ...THEMES.map((name) => {
      const input = el("input", { type: "radio", name: "theme", value: name });
      input.checked = settings.theme === name;
      input.addEventListener("change", () => { settings.theme = name; save(); });
      return el("label", { class: "tick" }, input, words.themes[name]);
    }));
}

// What is wrong with giving an action this key, or nothing.
function keyFault(name, action) {
  const taken = settings.map[name];
  if (taken === action) return "";
  if (taken) return fill(words.key_taken, { key: name.toUpperCase(), action: words.actions[taken] ?? words.another });
  return /^[!-~]$/.test(name) ? "" : words.key_bad;
}

function keyField(action, save, tell) {
  const [bound] = Object.entries(settings.map).find(([, name]) => name === action);
  const input = el("input", { type: "text", maxlength: "1", autocomplete: "off", spellcheck: "false", value: bound.toUpperCase(), class: "keycap", "data-at": `key-${action}` });
  const give = (name) => {
    const fault = keyFault(name, action);
    tell(fault);
    if (fault || name === bound) { input.value = bound.toUpperCase(); return; }
    delete settings.map[bound];
    settings.map[name] = action;
    save();
  };
  input.addEventListener("keydown", (event) => { // in Hangul mode too: the key counts, not what it writes
    const name = keyName(event);
    if (name === null || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    give(name);
  });
  input.addEventListener("change", () => give(input.value.trim().toLowerCase()));
  input.addEventListener("focus", () => input.select());
  return el("li", {}, el("label", {}, el("span", { text: words.actions[action] }), input));
}

function openHelp(save) {
  const said = el("p", { class: "error", role: "alert" });
  const tell = (text) => { said.textContent = text; byId("live").textContent = text; };
  const saved = () => { save(); openHelp(save); };
  const usual = () => { settings.map = { ...KEY_MAP }; saved(); };
  redraw(byId("help-body"), [
    toggle(words.single_keys, words.single_keys_help, settings.keys, (on) => { settings.keys = on; save(); }),
    toggle(words.move_on, words.move_on_help, settings.advance, (on) => { settings.advance = on; save(); }),
    themeChoice(save),
    el("h2", { text: words.keys }),
    el("p", { class: "small", text: words.keys_help }),
    said,
    el("ul", { class: "keys" }, ...ACTION_ORDER.filter((action) => action !== "zoom" || data.pictures).map((action) => keyField(action, saved, tell))),
    el("p", { class: "small", text: words.keys_fixed }),
    button(words.usual_keys, usual, { tone: "quiet start", at: "usual-keys" }),
  ]);
}
