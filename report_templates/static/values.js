"use strict";

// Values of the data are only ever written as text, with hidden characters as small marks.

const byId = (id) => document.getElementById(id);
const readJson = (id) => JSON.parse(byId(id).textContent);

const words = readJson("words");
const hidden = Object.fromEntries(
  Object.entries(readJson("patterns")).map(([kind, source]) => [kind, new RegExp(source, "gu")]),
);

function nameOf(run) {
  const characters = [...run];
  const code = characters[0].codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
  return characters.length > 1 ? `U+${code} ×${characters.length}` : `U+${code}`;
}

function mark(text) {
  const element = document.createElement("span");
  element.className = "mark";
  element.textContent = text;
  return element;
}

function breakable(text) {
  return text.split(hidden.breaks).flatMap((part, i) => (i === 0 ? [part] : [document.createElement("wbr"), part]));
}

function write(element, text, kind) {
  const plain = kind === "value" ? breakable : (part) => [part];
  const parts = [];
  let start = 0;
  for (const match of text.matchAll(hidden[kind])) {
    parts.push(...plain(text.slice(start, match.index)), mark(nameOf(match[0])));
    start = match.index + match[0].length;
  }
  parts.push(...plain(text.slice(start)));
  element.replaceChildren(...parts.filter((part) => part !== ""));
}

function writeValue(element, text, kind = "value") {
  if (text === "") element.replaceChildren(mark(words.empty));
  else write(element, text, kind);
}

const spelledOut = (text) => text.replace(hidden.value, (run) => `[${nameOf(run)}]`) || words.empty;
const number = (n) => n.toLocaleString("en-US");
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
