"use strict";

// Choosing a class: buttons in a fixed order where there are few, a search where there are many.

const MANY_CLASSES = 30;
const NUMBERED = 9;
const LIKELY = 6;
const FOUND_SHOWN = 40;
const CONSONANTS = /^[\u3131-\u314e\s]+$/;

const decomposed = (text) => text.normalize("NFKD").toLowerCase().replace(/\p{M}+/gu, "");
// The first consonants of Hangul syllables: what Korean searches are often typed as.
const initials = (text) => text.normalize("NFD").replace(/[^\u1100-\u1112]/g, "");
const indexed = (classes) => classes.map((name, at) => ({ name, at, text: decomposed(name), first: initials(name) }));

function foundClasses(index, query) {
  const text = decomposed(query.trim());
  if (!text) return index;
  const first = CONSONANTS.test(query.trim()) ? query.trim().normalize("NFKD").replace(/\s/g, "") : null;
  const hits = index.filter((one) => one.text.includes(text) || (first && one.first.includes(first)));
  const starts = (one) => (one.text.startsWith(text) || (first && one.first.startsWith(first)) ? 0 : 1);
  return hits.sort((a, b) => starts(a) - starts(b) || a.at - b.at);
}

function classButton(name, at, chosen, choose) {
  const hint = at < NUMBERED ? String(at + 1) : "";
  return button(value(name), () => choose(name), { tone: "class", hint, pressed: String(chosen === name) });
}

// A combobox (WAI-ARIA) over all classes: type, arrows, Enter.
function classSearch(index, chosen, choose) {
  const list = el("ul", { id: "class-list", role: "listbox", "aria-label": words.classes });
  const more = el("p", { class: "small" });
  const input = el("input", {
    id: "class-search", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false",
    "aria-controls": "class-list", "aria-expanded": "true", "aria-autocomplete": "list",
    placeholder: words.search, "aria-label": words.search,
  });
  let hits = [];
  let at = 0;

  function mark() {
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const option = list.children[at];
    if (option) input.setAttribute("aria-activedescendant", option.id);
    else input.removeAttribute("aria-activedescendant");
    option?.scrollIntoView({ block: "nearest" });
  }

  function draw() {
    hits = foundClasses(index, input.value);
    at = 0;
    list.replaceChildren(...hits.slice(0, FOUND_SHOWN).map((one) => el(
      "li",
      { role: "option", id: `class-${one.at}`, class: one.name === chosen ? "chosen" : "", click: () => choose(one.name) },
      value(one.name),
    )));
    const rest = hits.length - FOUND_SHOWN;
    more.textContent = hits.length === 0 ? words.no_class : rest > 0 ? fill(words.more_classes, { n: number(rest) }) : "";
    mark();
  }

  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      at = Math.min(Math.max(at + step, 0), Math.max(list.children.length - 1, 0));
      mark();
      event.preventDefault();
    } else if (event.key === "Enter" && hits[at]) {
      event.preventDefault();
      choose(hits[at].name);
    }
  });
  draw();
  return el("div", { class: "search" }, el("div", { class: "field" }, input, key("/")), list, more);
}

// `open` says whether labels of other rows may be seen: those of its copies are likely too.
function classChoice(index, item, { chosen, open, choose }) {
  if (index.length <= MANY_CLASSES) {
    return el("div", { class: "classes", role: "group", "aria-label": words.classes },
      ...index.map((one) => classButton(one.name, one.at, chosen, choose)));
  }
  const others = open ? [item.suggested, ...[...item.copies, ...item.near].map((entry) => entry.given)] : [];
  const likely = [...new Set([item.given, ...others].filter(Boolean))].slice(0, LIKELY);
  const at = (name) => index.findIndex((one) => one.name === name);
  return el("div", {},
    el("div", { class: "classes", role: "group", "aria-label": words.likely },
      ...likely.map((name) => classButton(name, at(name), chosen, choose))),
    classSearch(index, chosen, choose));
}
