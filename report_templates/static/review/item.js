"use strict";

// One item: what it says, how it is labelled, what speaks for another label, and the answers.

const FOLDED = 1500;
const FOLDED_LINES = 24;
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
  }, { tone: "quiet", "aria-expanded": "false" });
  return el("div", {}, body, more);
}

// One column stands for itself; several are a list of names and cells.
function content(columns, cells, draw = longText) {
  if (cells.length === 0) return el("p", { class: "small", text: words.hidden });
  if (columns.length === 1) return draw(cells[0]);
  return el("dl", { class: "cells" },
    ...columns.flatMap((name, i) => [el("dt", {}, value(name)), el("dd", { dir: "auto" }, draw(cells[i]))]));
}

// The same in a line or two: for rows that are evidence and not the question.
function shortContent(columns, cells) {
  if (columns.length < 2 || cells.length === 0) return content(columns, cells, shortCell);
  const filled = columns.map((name, i) => [name, cells[i]]).filter(([, text]) => text !== "");
  return el("dl", { class: "details" },
    ...filled.map(([name, text]) => el("div", {}, el("dt", {}, value(name)), el("dd", { dir: "auto" }, value(text, "content")))));
}

const cellText = (text) => (text === "" ? el("span", { class: "small", text: words.empty }) : longText(text));
const shortCell = (text) => el("div", { class: "text", dir: "auto" }, value(text, "content"));

// Runs of a text; those that the other text has not are marked, by more than a colour.
function runs(pieces) {
  const body = el("div", { class: "text", dir: "auto" });
  for (const [text, differs] of pieces) {
    const run = el(differs ? "mark" : "span");
    write(run, text, "content");
    body.append(run);
  }
  return body;
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

function given(item) {
  return el("div", { class: "pair" }, el("span", { class: "name", text: words.given }), label(item.given, "given"));
}

function suggestion(item, open) {
  if (!open) return el("p", { class: "veil", text: words.blind });
  if (!item.suggested) return null;
  return el("div", { class: "pair" }, el("span", { class: "name", text: words.suggested }), label(item.suggested, "suggested"));
}

function details(data, item) {
  const known = data.details.map((name, i) => [name, item.details[i]]).filter(([, text]) => text !== "");
  if (known.length === 0) return null;
  return el("dl", { class: "details" },
    ...known.map(([name, text]) => el("div", {}, el("dt", {}, value(name)), el("dd", {}, value(text)))));
}

function copyRow(entry, open, ticked, onTick, body) {
  const box = el("input", { type: "checkbox" });
  box.checked = ticked;
  box.addEventListener("change", () => onTick(box.checked));
  const split = entry.split ? el("span", { class: "small" }, value(entry.split)) : null;
  return el("li", {},
    el("label", { class: "tick" }, box, value(entry.item), open ? label(entry.given) : el("span", { class: "small", text: words.label_hidden }), split),
    body);
}

// `ticked` holds the copies that the next decision is taken over to.
function copies(review, item, open, ticked) {
  const all = item.copies;
  if (all.length === 0) return null;
  for (const entry of all) if (!review.isDecided(entry.item)) ticked.add(entry);
  const rows = all.map((entry) => copyRow(entry, open, ticked.has(entry), (on) => (on ? ticked.add(entry) : ticked.delete(entry))));
  const more = item.more_copies ? el("p", { class: "small", text: fill(words.more_copies, { n: number(item.more_copies) }) }) : null;
  return el("details", { class: "panel", open: all.length <= 5 },
    el("summary", { text: fill(words.copies, { n: number(all.length) }) }),
    el("p", { class: "small", text: words.copies_help }), el("ul", { class: "copies" }, ...rows), more);
}

function nearCopies(review, item, open, ticked) {
  if (item.near.length === 0) return null;
  const columns = review.data.columns;
  const rows = item.near.map((entry) => copyRow(
    entry, open, false, (on) => (on ? ticked.add(entry) : ticked.delete(entry)),
    entry.cells.length === 0 ? null : el("div", { class: "versus" },
      ...columns.flatMap((name, i) => {
        const differs = [...entry.cells[i], ...entry.marks[i]].some(([, d]) => d);
        if (!differs && columns.length > 1) return [];
        return [
          columns.length > 1 ? el("p", { class: "small" }, value(name)) : null,
          el("div", { class: "side" }, el("span", { class: "name", text: words.this_row }), runs(entry.marks[i])),
          el("div", { class: "side" }, el("span", { class: "name", text: words.that_row }), runs(entry.cells[i])),
        ];
      }).filter(Boolean)),
  ));
  return el("details", { class: "panel", open: true },
    el("summary", { text: fill(words.near, { n: number(item.near.length) }) }),
    el("p", { class: "small", text: words.near_help }), el("ul", { class: "copies" }, ...rows));
}

function similar(review, item, open) {
  if (item.similar.length === 0) return null;
  const rows = item.similar.map((entry) => el("li", {},
    open ? label(entry.given, entry.given === item.given ? "given" : entry.given === item.suggested ? "suggested" : "") : el("span", { class: "small", text: words.label_hidden }),
    shortContent(review.data.columns, entry.cells)));
  return el("details", { class: "panel", open: true },
    el("summary", { text: words.similar }), el("ul", { class: "similar" }, ...rows));
}

function reasonButton(review, item, reason) {
  const said = review.decisionOf(item.item) ?? review.draftOf(item.item) ?? { reasons: [] };
  const on = said.reasons.includes(reason);
  const toggle = () => review.amend(item.item, {
    reasons: on ? said.reasons.filter((one) => one !== reason) : [...said.reasons, reason],
  });
  return button(words.reasons[reason], toggle, { tone: "chip", pressed: String(on) });
}

function remarks(review, item) {
  const said = review.decisionOf(item.item) ?? review.draftOf(item.item);
  const area = el("textarea", { id: "comment", rows: "2", maxlength: "5000", placeholder: words.comment_hint, "aria-label": words.comment });
  area.value = said?.comment ?? "";
  area.addEventListener("change", () => review.amend(item.item, { comment: area.value }));
  return el("div", { class: "remarks" },
    el("h2", {}, words.remarks, key("C")),
    el("div", { class: "chips", role: "group", "aria-label": words.reasons_title }, ...OTHER_REASONS.map((reason) => reasonButton(review, item, reason))),
    area);
}

function askedBefore(item) {
  if (!item.asked) return null;
  const said = item.asked.comment ? fill(words.asked_comment, { comment: "" }) : "";
  return el("p", { class: "note" }, words.asked, said ? " " : "", item.asked.comment ? value(item.asked.comment, "content") : "");
}
