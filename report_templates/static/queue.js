"use strict";

// Paging and filtering of the queue. Rows are copies of <template id="row">, so they look like the static ones.

const ROWS_PER_PAGE = 25;
const OPTION_LENGTH = 60;

function readRows() {
  const { fields, rows } = readJson("queue-data");
  return rows.map((row) => {
    const named = Object.fromEntries(fields.map((field, i) => [field, row[i]]));
    const content = named.content.flatMap(([column, text]) => [column, text]);
    const parts = [named.item, named.given, named.suggested, named.reason, ...named.badges, ...content];
    return { ...named, searched: searchable(parts.join("\n")) };
  });
}

const searchable = (text) => text.normalize("NFKC").toLowerCase();

function copyOf(id) {
  return byId(id).content.firstElementChild.cloneNode(true);
}

function drawBadge(text) {
  const badge = copyOf("badge");
  write(badge, text, "content");
  return badge;
}

function drawCell([column, text, long]) {
  const cell = copyOf(long ? "long-cell" : "cell");
  writeValue(cell.querySelector("dt bdi"), column);
  writeValue(cell.querySelector(".text bdi"), text, "content");
  return cell;
}

function drawRow(row) {
  const element = copyOf("row");
  element.querySelector(".rank").textContent = number(row.rank);
  writeValue(element.querySelector(".given bdi"), row.given);
  writeValue(element.querySelector(".suggested bdi"), row.suggested);
  element.querySelector(".given .p").textContent = row.p_given;
  element.querySelector(".suggested .p").textContent = row.p_suggested;
  const picture = row.picture && pictureOf(row.picture);
  if (picture) element.querySelector(".evidence").prepend(picture);
  const content = element.querySelector(".content");
  content.classList.toggle("single", row.content.length === 1);
  content.replaceChildren(...row.content.map(drawCell));
  write(element.querySelector(".reason"), row.reason, "content");
  element.querySelector(".badges").replaceChildren(...row.badges.map(drawBadge));
  writeValue(element.querySelector(".item bdi"), row.item);
  return element;
}

// One option per value, the commonest first.
function optionsOf(rows, valuesOf) {
  const counts = new Map();
  for (const value of rows.flatMap(valuesOf)) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([value, n], i) => {
    const option = document.createElement("option");
    const name = spelledOut(value);
    option.value = String(i);
    option.textContent = `${name.length > OPTION_LENGTH ? `${name.slice(0, OPTION_LENGTH)}…` : name} (${number(n)})`;
    return { option, value };
  });
}

function startQueue(total) {
  const section = byId("queue");
  const form = section.querySelector(".toolbar");
  const list = section.querySelector(".rows");
  const status = section.querySelector(".status");
  const rows = readRows();
  const choices = {
    badge: { of: (row) => row.badges, options: optionsOf(rows, (row) => row.badges) },
    given: { of: (row) => [row.given], options: optionsOf(rows, (row) => [row.given]) },
  };
  let found = rows;
  let first = 0;

  function say(last) {
    const sentence = found.length === 0 ? words.nothing : found === rows ? words.shown : words.filtered;
    status.textContent = fill(sentence, {
      first: number(first + 1),
      last: number(last),
      found: number(found.length),
      rows: number(rows.length),
      total,
    });
  }

  function update(redraw = true) {
    const last = Math.min(first + ROWS_PER_PAGE, found.length);
    if (redraw) list.replaceChildren(...found.slice(first, last).map(drawRow));
    for (const button of section.querySelectorAll(".previous")) button.setAttribute("aria-disabled", first === 0);
    for (const button of section.querySelectorAll(".next")) button.setAttribute("aria-disabled", last === found.length);
    say(last);
  }

  function turn(step) {
    const next = first + step * ROWS_PER_PAGE;
    if (next < 0 || next >= found.length) return;
    first = next;
    update();
    const top = section.querySelector(".toolbar");
    if (top.getBoundingClientRect().top < 0) top.scrollIntoView();
  }

  function filter() {
    const text = searchable(form.elements.find.value.trim());
    const chosen = Object.entries(choices).filter(([name]) => form.elements[name].value !== "");
    const fits = (row) => row.searched.includes(text)
      && chosen.every(([name, { of, options }]) => of(row).includes(options[Number(form.elements[name].value)].value));
    found = text === "" && chosen.length === 0 ? rows : rows.filter(fits);
    first = 0;
    update();
  }

  for (const [name, { options }] of Object.entries(choices)) {
    form.elements[name].append(...options.map(({ option }) => option));
  }
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", filter);
  for (const button of section.querySelectorAll(".previous")) button.addEventListener("click", () => turn(-1));
  for (const button of section.querySelectorAll(".next")) button.addEventListener("click", () => turn(1));
  for (const control of section.querySelectorAll("[hidden]")) control.hidden = false;
  update(list.children.length !== Math.min(ROWS_PER_PAGE, rows.length));
}
