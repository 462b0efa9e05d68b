"use strict";

// What stands beside an item: its copies, what is nearly the same, what is most like it.

const OPEN_COPIES = 5;

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

const rowLabel = (entry, open, tone = "") => (open ? label(entry.given, tone) : el("span", { class: "small", text: words.label_hidden }));

// The name of a file may tell its label: where that is hidden, so is the name.
const rowName = (data, entry, open) => (open || !data.pictures ? named(entry.item) : el("span", { class: "small", text: words.name_hidden }));

// `ticked` holds the rows that the next decision is taken over to.
function copyRow(review, entry, open, ticked, at, body = null) {
  const box = el("input", { type: "checkbox", "data-at": at });
  const record = review.decisionOf(entry.item);
  box.checked = ticked.has(entry);
  box.addEventListener("change", () => (box.checked ? ticked.add(entry) : ticked.delete(entry)));
  return el("li", {},
    el("label", { class: "tick" }, box, rowName(review.data, entry, open), rowLabel(entry, open),
      entry.split ? el("span", { class: "small" }, named(entry.split)) : null,
      record ? el("span", { class: "small done", text: decisionWords(record) }) : null),
    body);
}

function panel(title, help, open, ...children) {
  return el("details", { class: "panel", open }, el("summary", { text: title }),
    help ? el("p", { class: "small", text: help }) : null, ...children);
}

function copies(review, item, open, ticked) {
  if (item.copies.length === 0) return null;
  const rows = item.copies.map((entry, i) => copyRow(review, entry, open, ticked, `copy-${i}`));
  const more = item.more_copies ? el("p", { class: "small", text: fill(words.more_copies, { n: number(item.more_copies) }) }) : null;
  const title = fill(words.copies, { n: number(item.copies.length) });
  return panel(title, words.copies_help, rows.length <= OPEN_COPIES, el("ul", { class: "copies" }, ...rows), more);
}

const side = (name, pieces) => el("div", { class: "side" }, el("span", { class: "name", text: name }), runs(pieces));
const differs = (entry, i) => [...entry.cells[i], ...entry.marks[i]].some(([, differs]) => differs);

// One text above the other; of rows with several columns only the cells that differ.
function versus(columns, entry) {
  if (entry.cells.length === 0) return null;
  if (columns.length === 1) return el("div", { class: "versus" }, side(words.this_row, entry.marks[0]), side(words.that_row, entry.cells[0]));
  const rows = columns.flatMap((name, i) => (differs(entry, i)
    ? [el("tr", {}, el("th", { scope: "row" }, named(name)), el("td", {}, runs(entry.marks[i])), el("td", {}, runs(entry.cells[i])))] : []));
  if (rows.length === 0) return null;
  return el("table", { class: "versus" },
    el("thead", {}, el("tr", {}, el("td"), ...[words.this_row, words.that_row].map((text) => el("th", { scope: "col", text })))),
    el("tbody", {}, ...rows));
}

function nearCopies(review, item, open, ticked) {
  if (item.near.length === 0) return null;
  const { data } = review;
  const body = (entry, at) => comparison(data, item, entry, open, at) ?? (data.pictures ? null : versus(data.columns, entry));
  const rows = item.near.map((entry, i) => copyRow(review, entry, open, ticked, `near-${i}`, body(entry, `near-${i}`)));
  return panel(fill(words.near, { n: number(rows.length) }), data.pictures ? words.near_help_pictures : words.near_help, true, el("ul", { class: "copies" }, ...rows));
}

function similar(review, item, open) {
  if (item.similar.length === 0) return null;
  const tone = (name) => (name === item.given ? "given" : name === item.suggested ? "suggested" : "");
  const { data } = review;
  const body = (entry, i) => smallPicture(data, entry, open, `similar-${i}`) ?? (open || !data.pictures ? shortContent(data.columns, entry.cells) : null);
  const rows = item.similar.map((entry, i) => el("li", {}, rowLabel(entry, open, tone(entry.given)), body(entry, i)));
  return panel(words.similar, "", true, el("ul", { class: data.pictures ? "similar pictured" : "similar" }, ...rows));
}
