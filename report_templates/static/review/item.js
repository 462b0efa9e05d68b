"use strict";

// What an item says: its content, its details, and how it was decided so far.

const FOLDED = 1500;
const FOLDED_LINES = 24;
const SHORT_CELL = 32;
const MANY_CELLS = 6;
const ERROR_REASONS = ["more_than_one_class", "needs_new_class"];
const OTHER_REASONS = ["guideline_unclear", "unreadable", "wrong_language", "personal_data", "broken_text", "other"];

function longText(text) {
  const body = el("div", { class: "text", dir: "auto" }, value(text, "content"));
  if (text.length <= FOLDED && text.split("\n").length <= FOLDED_LINES) return body;
  body.classList.add("folded");
  const more = button(words.whole, () => {
    const folded = body.classList.toggle("folded");
    more.setAttribute("aria-expanded", String(!folded));
    more.textContent = folded ? words.whole : words.less;
  }, { tone: "quiet more", at: "more", "aria-expanded": "false" });
  return el("div", {}, body, more);
}

const empty = () => el("span", { class: "small", text: words.empty });
const cellText = (text) => (text === "" ? empty() : longText(text));
const shortCell = (text) => (text === "" ? empty() : el("div", { class: "text", dir: "auto" }, value(text, "content")));

// One column stands for itself; several are a list of names and cells, in two columns where all are short.
function content(columns, cells) {
  if (cells.length === 0) return el("p", { class: "small", text: words.hidden });
  if (columns.length === 1) return cellText(cells[0]);
  const two = columns.length > MANY_CELLS && cells.every((cell) => cell.length <= SHORT_CELL && !cell.includes("\n"));
  return el("dl", { class: two ? "cells two" : "cells" },
    ...columns.map((name, i) => el("div", {}, el("dt", {}, named(name)), el("dd", { dir: "auto" }, cellText(cells[i])))));
}

// The same in a line or two: for rows that are evidence and not the question.
function shortContent(columns, cells) {
  if (cells.length === 0) return null;
  if (columns.length === 1) return shortCell(cells[0]);
  const filled = columns.map((name, i) => [name, cells[i]]).filter(([, text]) => text !== "");
  return el("dl", { class: "details" },
    ...filled.map(([name, text]) => el("div", {}, el("dt", {}, named(name)), el("dd", { dir: "auto" }, value(text, "content")))));
}

function details(data, item) {
  const known = data.details.map((name, i) => [name, item.details[i]]).filter(([, text]) => text !== "");
  return el("dl", { class: "details" },
    el("div", {}, el("dd", { class: "who" }, named(item.item))),
    ...known.map(([name, text]) => el("div", {}, el("dt", {}, named(name)), el("dd", {}, named(text)))));
}

// A line of text for the list.
function snippet(item, most) {
  const text = item.cells.filter(Boolean).join(" · ").replace(/\s+/g, " ").trim() || item.item;
  const characters = [...text.slice(0, 2 * most)];
  return characters.length > most || text.length > 2 * most ? `${characters.slice(0, most).join("")}…` : text;
}

function decisionWords(record) {
  if (!record) return words.states.undecided;
  if (record.reasons.some((reason) => ERROR_REASONS.includes(reason))) return words.states.none_fits;
  return words.states[record.action];
}

function chosenLabel(item, record) {
  if (!record) return null;
  return record.action === "keep" ? item.given : record.label;
}

function decided(item, record, clear) {
  if (!record) return null;
  return el("p", { class: "decided" },
    el("span", { class: `dot ${record.action}`, "aria-hidden": "true" }),
    el("strong", { text: decisionWords(record) }),
    record.action === "relabel" ? label(record.label, "suggested") : null,
    record.duplicate_of ? el("span", {}, words.duplicate_of, " ", named(record.duplicate_of)) : null,
    record.copy_of ? el("span", {}, words.along_with, " ", named(record.copy_of)) : null,
    button(words.clear, clear, { tone: "quiet", at: "clear" }));
}

// What reviewers said of an item that they could not settle, for whoever settles it: answers, not names.
function saidBefore(item) {
  if (!item.said) return null;
  const noneFits = (one) => one.reasons.find((reason) => ERROR_REASONS.includes(reason));
  const answer = (one) => (noneFits(one) ? el("strong", { text: words.reasons[noneFits(one)] })
    : ["keep", "relabel"].includes(one.action) ? label(one.label, one.label === item.given ? "given" : "suggested")
      : el("strong", { text: words.states[one.action] }));
  const rest = (one) => one.reasons.filter((reason) => reason !== noneFits(one)).map((reason) => words.reasons[reason]);
  const row = (one) => el("li", {},
    el("span", { class: "votes", text: fill(words.times, { n: number(one.n) }) }), answer(one),
    rest(one).length ? el("span", { class: "small", text: rest(one).join(", ") }) : null,
    ...one.comments.map((text) => el("p", { class: "remark", dir: "auto" }, value(text, "content"))));
  return el("section", { class: "said" }, el("h2", {}, words.said), el("ul", {}, ...item.said.map(row)));
}

function askedBefore(item) {
  if (!item.asked) return null;
  const said = item.asked.comment ? [" ", words.asked_comment, " ", value(shortened(item.asked.comment), "content")] : [];
  return el("p", { class: "note" }, words.asked, ...said);
}
