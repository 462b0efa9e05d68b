"use strict";

// Choosing a class: buttons in a fixed order where there are few, a search where there are more than nine.

const NUMBERED = 9;
const NUMBER_KEYS = 10; // 1 to 9, then 0
const SEEN_AT_ONCE = 30; // classes that are all shown while nothing is typed, in lines instead of one column
const FOUND_SHOWN = 40;
const LIKELY = 6;

// Hangul as it is typed, key by key: a syllable half written finds what it may become.
const STARTS = [..."ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"];
const MIDDLES = "ㅏ ㅐ ㅑ ㅒ ㅓ ㅔ ㅕ ㅖ ㅗ ㅗㅏ ㅗㅐ ㅗㅣ ㅛ ㅜ ㅜㅓ ㅜㅔ ㅜㅣ ㅠ ㅡ ㅡㅣ ㅣ".split(" ");
const ENDS = ["", ..."ㄱ ㄲ ㄱㅅ ㄴ ㄴㅈ ㄴㅎ ㄷ ㄹ ㄹㄱ ㄹㅁ ㄹㅂ ㄹㅅ ㄹㅌ ㄹㅍ ㄹㅎ ㅁ ㅂ ㅂㅅ ㅅ ㅆ ㅇ ㅈ ㅊ ㅋ ㅌ ㅍ ㅎ".split(" ")];
const JOINED = { ㄳ: "ㄱㅅ", ㄵ: "ㄴㅈ", ㄶ: "ㄴㅎ", ㄺ: "ㄹㄱ", ㄻ: "ㄹㅁ", ㄼ: "ㄹㅂ", ㄽ: "ㄹㅅ", ㄾ: "ㄹㅌ", ㄿ: "ㄹㅍ", ㅀ: "ㄹㅎ", ㅄ: "ㅂㅅ", ㅘ: "ㅗㅏ", ㅙ: "ㅗㅐ", ㅚ: "ㅗㅣ", ㅝ: "ㅜㅓ", ㅞ: "ㅜㅔ", ㅟ: "ㅜㅣ", ㅢ: "ㅡㅣ" };
const CONSONANTS = /^[ㄱ-ㅎ\s]+$/;
const syllable = (character) => (/[가-힣]/.test(character) ? character.charCodeAt(0) - 0xac00 : -1);

function strokes(character) {
  const n = syllable(character);
  if (n < 0) return JOINED[character] ?? character;
  return STARTS[Math.floor(n / 588)] + MIDDLES[Math.floor(n / 28) % 21] + ENDS[n % 28];
}

// Without case, width and accents. Jamo of the compatibility block would turn into others by NFKD.
function plain(text) {
  const folded = [...text.normalize("NFC")].map((c) => (/[\u3131-\u318e가-힣]/.test(c) ? c : c.normalize("NFKD").replace(/\p{M}+/gu, "")));
  return folded.join("").toLowerCase();
}

const typed = (text) => [...plain(text)].map(strokes).join("");
// The first consonants of syllables: what Korean searches are often typed as.
const initials = (text) => [...text.normalize("NFC")].map(syllable).filter((n) => n >= 0).map((n) => STARTS[Math.floor(n / 588)]).join("");
const indexed = (classes) => {
  const keys = numberKeys(classes);
  return classes.map((name, at) => ({ name, at, action: keys[at], text: typed(name), first: initials(name) }));
};

// The number key of each class, as an action: a digit has its own, or 3 would choose another; the others by their places.
function numberKeys(classes) {
  const slot = (name) => (/^[0-9]$/.test(name) ? Number(name) || NUMBER_KEYS : 0);
  const taken = new Set(classes.map(slot));
  const left = Array.from({ length: NUMBER_KEYS }, (_, i) => i + 1).filter((n) => !taken.has(n));
  return classes.map((name) => {
    const n = slot(name) || left.shift();
    return n ? `class${n}` : "";
  });
}

function foundClasses(index, query) {
  const text = typed(query.trim());
  if (!text) return index;
  const first = CONSONANTS.test(query.trim()) ? text.replace(/\s/g, "") : null;
  const hits = index.filter((one) => one.text.includes(text) || (first && one.first.includes(first)));
  const starts = (one) => (one.text.startsWith(text) || (first && one.first.startsWith(first)) ? 0 : 1);
  return hits.sort((a, b) => starts(a) - starts(b) || a.at - b.at);
}

function classButton(one, chosen, choose) {
  return button(named(one.name), () => choose(one.name), { tone: "class", action: one.action, at: `class-${one.at}`, pressed: String(chosen === one.name) });
}

function option(one, chosen, choose) {
  const hint = one.action ? keyOf(one.action) : "";
  return el("li", { role: "option", id: `option-${one.at}`, class: one.name === chosen ? "chosen" : "", click: () => choose(one.name) },
    named(one.name), hint ? key(hint) : null);
}

// A combobox (WAI-ARIA) over all classes: type, arrows, Enter.
function classSearch(index, chosen, choose) {
  const list = el("ul", { id: "class-list", role: "listbox", "aria-label": words.classes, class: index.length <= SEEN_AT_ONCE ? "flow" : "" });
  const more = el("p", { class: "small", role: "status" });
  const input = el("input", {
    id: "class-search", type: "text", role: "combobox", autocomplete: "off", spellcheck: "false", enterkeyhint: "go",
    "aria-controls": "class-list", "aria-expanded": "true", "aria-autocomplete": "list",
    placeholder: words.search, "aria-label": words.search, "data-at": "class-search",
  });
  let hits = [];
  let at = -1; // no option until something is typed or an arrow is pressed

  function mark() {
    [...list.children].forEach((one, i) => one.setAttribute("aria-selected", String(i === at)));
    const marked = list.children[at];
    if (!marked) { input.removeAttribute("aria-activedescendant"); return; }
    input.setAttribute("aria-activedescendant", marked.id);
    list.scrollTop = Math.max(Math.min(list.scrollTop, marked.offsetTop), marked.offsetTop + marked.offsetHeight - list.clientHeight);
  }

  function draw() {
    hits = foundClasses(index, input.value);
    at = input.value.trim() && hits.length ? 0 : -1;
    list.replaceChildren(...hits.slice(0, FOUND_SHOWN).map((one) => option(one, chosen, choose)));
    list.hidden = hits.length === 0;
    list.scrollTop = 0;
    const rest = hits.length - FOUND_SHOWN;
    more.textContent = hits.length === 0 ? words.no_class : rest > 0 ? fill(words.more_classes, { n: number(rest) }) : "";
    mark();
  }

  input.addEventListener("input", draw);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      at = Math.min(Math.max(at + step, 0), list.children.length - 1);
      mark();
      event.preventDefault();
    } else if (event.key === "Enter" && hits[at]) {
      event.preventDefault();
      choose(hits[at].name);
    }
  });
  draw();
  const hint = keyOf("search");
  return el("div", { class: "search" }, el("div", { class: "field" }, input, hint ? key(hint) : null), list, more);
}

function classButtons(title, entries, chosen, choose) {
  return el("div", { class: "classes", role: "group", "aria-label": title }, ...entries.map((one) => classButton(one, chosen, choose)));
}

// `open` says whether labels of other rows may be seen: those of its copies are likely too.
function likelyClasses(index, item, open) {
  const others = open ? [item.suggested, ...[...item.copies, ...item.near].map((entry) => entry.given)] : [];
  const names = [...new Set([item.given, ...others])];
  return names.map((name) => index.find((one) => one.name === name)).filter(Boolean).slice(0, LIKELY);
}

function classChoice(index, item, { chosen, open, choose }) {
  if (index.length <= NUMBERED) return classButtons(words.classes, index, chosen, choose);
  const search = classSearch(index, chosen, choose);
  if (index.length <= SEEN_AT_ONCE) return search;
  return el("div", { class: "choice" }, classButtons(words.likely, likelyClasses(index, item, open), chosen, choose), search);
}
