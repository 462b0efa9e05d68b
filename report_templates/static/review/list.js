"use strict";

// The list beside the item: what was decided of each, a page at a time.

const LIST_PAGE = 50;
const SNIPPET = 60;
const FILTERS = {
  all: () => true,
  undecided: (record) => !record,
  decided: (record) => Boolean(record),
  unsure: (record) => record?.action === "unsure",
};

function listRow(item, record, current, show, data) {
  const state = record?.action ?? "undecided";
  const chosen = record?.action === "relabel" ? record.label : null;
  const row = button([
    el("span", { class: `dot ${state}`, "aria-hidden": "true" }),
    el("span", { class: "what" }, value(snippet(item, SNIPPET), "content")),
    el("span", { class: record ? "state" : "visually-hidden" }, decisionWords(record)),
    el("span", { class: "turn" }, named(item.given), chosen ? el("span", { class: "to" }, " → ", named(chosen)) : null),
    ...[thumb(data, item)].filter(Boolean),
  ], () => show(item), { tone: data.pictures ? "row pictured" : "row", at: `row-${item.item}` });
  if (current) row.setAttribute("aria-current", "true");
  return el("li", {}, row);
}

function openList(review, show) {
  const place = byId("list");
  let filter = "all";
  let page = 0;
  let drawn = "";
  let last = null;

  const passes = (item) => FILTERS[filter](review.decisionOf(item.item));
  const choose = (name) => () => { filter = name; page = 0; draw(null); };

  function chips() {
    return el("div", { class: "chips", role: "group", "aria-label": words.filter }, ...Object.keys(FILTERS).map((name) => button(
      words.filters[name], choose(name), { tone: "chip", at: `filter-${name}`, pressed: String(name === filter) })));
  }

  function pager(pages) {
    if (pages < 2) return null;
    const turn = (step) => () => { page += step; draw(null); };
    return el("div", { class: "pages" },
      button(words.earlier, turn(-1), { tone: "quiet", at: "earlier", disabled: page === 0 }),
      el("span", { class: "small", text: fill(words.pages, { at: number(page + 1), n: number(pages) }) }),
      button(words.later, turn(1), { tone: "quiet", at: "later", disabled: page === pages - 1 }));
  }

  // The current row is brought into the list's own window; the page itself never jumps.
  function reveal() {
    const row = place.querySelector("[aria-current]");
    const box = place.querySelector(".queue");
    if (!row || !box) return;
    const [inner, outer] = [row.getBoundingClientRect(), box.getBoundingClientRect()];
    if (inner.top < outer.top) box.scrollTop -= outer.top - inner.top;
    else if (inner.bottom > outer.bottom) box.scrollTop += inner.bottom - outer.bottom;
  }

  // With an item the page of the list that it stands on is shown; nothing is drawn anew without need.
  function draw(current) {
    const items = review.items.filter(passes);
    const pages = Math.max(1, Math.ceil(items.length / LIST_PAGE));
    if (current && items.includes(current)) page = Math.floor(items.indexOf(current) / LIST_PAGE);
    page = Math.min(Math.max(page, 0), pages - 1);
    last = current ?? last;
    const shown = items.slice(page * LIST_PAGE, (page + 1) * LIST_PAGE);
    const now = JSON.stringify([filter, page, pages, last?.item, shown.map((item) => {
      const record = review.decisionOf(item.item);
      return [item.item, record?.action, record?.label, record?.reasons];
    })]);
    if (now === drawn) return;
    drawn = now;
    const top = place.querySelector(".queue")?.scrollTop ?? 0;
    redraw(place, [
      el("h2", { text: words.list }),
      chips(),
      shown.length ? el("ol", { class: "queue" }, ...shown.map((item) => listRow(item, review.decisionOf(item.item), item === last, show, review.data)))
        : el("p", { class: "small", text: words.empty_list }),
      pager(pages),
    ]);
    const box = place.querySelector(".queue");
    if (box) box.scrollTop = top;
    if (current) reveal();
  }

  return { draw, passes };
}
