"use strict";

// The queue at work: which item is shown, what a key does, the list beside it.

const LIST_PAGE = 50;
const SNIPPET = 70;
const FILTERS = {
  all: () => true,
  undecided: (record) => !record,
  decided: (record) => Boolean(record),
  unsure: (record) => record?.action === "unsure",
};

function openWork(review, settings, { onEnd, onExport }) {
  const index = indexed(review.data.taxonomy.classes);
  const place = byId("item");
  const list = byId("list");
  const ticked = new Set();
  let current = null;
  let since = performance.now();
  let filter = "all";
  let page = 0;
  let drawn = "";

  const passes = (item) => FILTERS[filter](review.decisionOf(item.item));
  const at = () => review.items.indexOf(current);

  function announce(text) {
    byId("live").textContent = text;
  }

  function show(item, { focus = true } = {}) {
    if (!item) return;
    current = item;
    since = performance.now();
    ticked.clear();
    draw();
    page = Math.floor(listed().indexOf(item) / LIST_PAGE);
    drawList();
    scrollTo({ top: 0, behavior: "instant" });
    if (focus) place.focus({ preventScroll: true });
  }

  function partners() {
    return [...current.copies, ...current.near];
  }

  function decide(said) {
    const record = review.decisionOf(current.item);
    const shown = review.revealed(current.item);
    const was = current;
    review.decide(was.item, said, { ms: performance.now() - since, copies: [...ticked], shown });
    announce(fill(words.saved_as, { state: decisionWords(review.decisionOf(was.item)), left: number(review.counts().left) }));
    if (!settings.advance || record) { since = performance.now(); draw(); return; }
    const next = review.next(was.item, (one) => !review.isDecided(one.item));
    if (next) show(next);
    else onEnd();
  }

  const choose = (name) => decide({ action: "relabel", label: name });
  const keep = () => decide({ action: "keep", reasons: othersOf() });

  // A reason that no class fits belongs to the answer that gave it, not to another one.
  function othersOf() {
    const said = review.decisionOf(current.item) ?? review.draftOf(current.item);
    return (said?.reasons ?? []).filter((reason) => !ERROR_REASONS.includes(reason));
  }

  function accept() {
    if (!review.revealed(current.item)) return announce(words.blind);
    if (!current.suggested) return announce(words.no_suggestion);
    return decide({ action: "relabel", label: current.suggested, reasons: othersOf() });
  }

  function duplicate() {
    const partner = partners()[0];
    if (!partner) return announce(words.no_partner);
    return decide({ action: "duplicate", duplicate_of: partner.item });
  }

  const noneFits = (reason) => decide({ action: "keep", reasons: [...othersOf(), reason] });

  function answers(open) {
    const record = review.decisionOf(current.item);
    const pressed = (action) => String(Boolean(record) && record.action === action && !record.reasons.some((one) => ERROR_REASONS.includes(one)));
    const suggested = open && current.suggested ? current.suggested : null;
    const accepted = String(Boolean(record && suggested && record.action === "relabel" && record.label === suggested));
    const off = suggested ? {} : { "aria-disabled": "true" };
    return el("div", { class: "answers" },
      el("div", { class: "main" },
        button([el("span", { class: "verb", text: words.keep }), value(current.given)], keep, { tone: "big keep", hint: "Q", pressed: pressed("keep") }),
        button([el("span", { class: "verb", text: words.accept }), suggested ? value(suggested) : el("span", { class: "small", text: open ? words.no_suggestion : words.hidden_label })],
          accept, { tone: "big accept", hint: "W", pressed: accepted, ...off })),
      el("div", { class: "others" },
        button(words.unsure, () => decide({ action: "unsure", reasons: othersOf() }), { hint: "R", pressed: pressed("unsure") }),
        ...ERROR_REASONS.map((reason) => button(words.reasons[reason], () => noneFits(reason), { pressed: String(Boolean(record?.reasons.includes(reason))) })),
        button(words.exclude, () => decide({ action: "exclude", reasons: othersOf() }), { hint: "E", pressed: pressed("exclude") }),
        partners().length ? button(words.duplicate, duplicate, { hint: "D", pressed: pressed("duplicate") }) : null));
  }

  function stateLine(record) {
    if (!record) return null;
    const chosen = chosenLabel(current, record);
    return el("p", { class: "decided" },
      el("strong", { text: decisionWords(record) }), " ",
      record.action === "relabel" ? label(chosen, "suggested") : null, " ",
      button(words.clear, () => { review.clear(current.item); announce(words.cleared); }, { tone: "quiet" }));
  }

  function heading() {
    return el("div", { class: "where" },
      el("h1", {}, fill(words.place, { at: number(at() + 1), n: number(review.items.length) })),
      el("span", { class: "small" }, value(current.item)),
      button(words.previous, () => move(-1), { tone: "quiet", hint: "K" }),
      button(words.next, () => move(1), { tone: "quiet", hint: "J" }));
  }

  function draw() {
    if (!current) return;
    const record = review.decisionOf(current.item);
    const open = review.revealed(current.item);
    const chosen = chosenLabel(current, record);
    const inComment = document.activeElement?.id === "comment";
    place.replaceChildren(...[
      heading(),
      stateLine(record),
      askedBefore(current),
      details(review.data, current),
      el("div", { class: "content" }, content(review.data.columns, current.cells, review.data.columns.length === 1 ? longText : cellText)),
      el("div", { class: "labels" }, given(current), suggestion(current, open)),
      open && current.reason ? el("p", { class: "why", text: "" }, value(current.reason, "content")) : null,
      open && current.badges.length ? el("p", { class: "badges" }, ...current.badges.map((text) => el("span", { class: "badge", text }))) : null,
      answers(open),
      el("h2", {}, words.another),
      classChoice(index, current, { chosen, open, choose }),
      copies(review, current, open, ticked),
      nearCopies(review, current, open, ticked),
      similar(review, current, open),
      remarks(review, current),
    ].filter(Boolean));
    if (inComment) byId("comment").focus();
  }

  function move(step) {
    const next = step > 0 ? review.next(current.item, passes) : review.previous(current.item, passes);
    if (next) show(next);
    else announce(words.no_other);
  }

  function undecided() {
    const next = review.next(current.item);
    if (next) show(next);
    else onEnd();
  }

  function takeBack(redo) {
    const item = redo ? review.redo() : review.undo();
    if (!item) return announce(redo ? words.no_redo : words.no_undo);
    announce(redo ? words.redone : words.undone);
    return show(item);
  }

  function listed() {
    return review.items.filter(passes);
  }

  function snippet(item) {
    const text = item.cells.filter(Boolean).join(" | ").replace(/\s+/g, " ").trim() || item.item;
    return text.length > SNIPPET ? `${text.slice(0, SNIPPET)}…` : text;
  }

  function listRow(item) {
    const record = review.decisionOf(item.item);
    const state = record ? record.action : "undecided";
    const row = button([
      el("span", { class: `dot ${state}`, "aria-hidden": "true" }),
      el("span", { class: "what" }, value(snippet(item), "content")),
      el("span", { class: "state" }, decisionWords(record)),
    ], () => show(item), { tone: "row" });
    if (item === current) row.setAttribute("aria-current", "true");
    return el("li", {}, row);
  }

  function drawList() {
    const items = listed();
    const pages = Math.max(1, Math.ceil(items.length / LIST_PAGE));
    page = Math.min(Math.max(page, 0), pages - 1);
    const shown = items.slice(page * LIST_PAGE, (page + 1) * LIST_PAGE);
    const chips = Object.keys(FILTERS).map((name) => button(words.filters[name], () => { filter = name; page = 0; drawList(); }, { tone: "chip", pressed: String(name === filter) }));
    const turn = (step) => () => { page += step; drawList(); };
    list.replaceChildren(...[
      el("h2", { text: words.list }),
      el("div", { class: "chips", role: "group", "aria-label": words.filter }, ...chips),
      shown.length ? el("ol", { class: "queue" }, ...shown.map(listRow)) : el("p", { class: "small", text: words.empty_list }),
      pages > 1 ? el("div", { class: "pages" },
        button(words.earlier, turn(-1), { tone: "quiet", disabled: page === 0 }),
        el("span", { class: "small", text: fill(words.pages, { at: number(page + 1), n: number(pages) }) }),
        button(words.later, turn(1), { tone: "quiet", disabled: page === pages - 1 })) : null,
    ].filter(Boolean));
    list.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }

  // Draw again only what changed: a reader in the middle of a comment is not disturbed.
  function refresh() {
    if (!current) return;
    const now = JSON.stringify([current.item, review.decisionOf(current.item) ?? null, review.draftOf(current.item) ?? null]);
    if (now !== drawn) draw();
    drawn = now;
    drawList();
  }

  function search() {
    const input = byId("class-search");
    if (input) input.focus();
    else place.querySelector(".classes button")?.focus();
  }

  const run = {
    keep, accept, duplicate, undecided, search,
    exclude: () => decide({ action: "exclude", reasons: othersOf() }),
    unsure: () => decide({ action: "unsure", reasons: othersOf() }),
    next: () => move(1),
    previous: () => move(-1),
    comment: () => byId("comment").focus(),
    undo: () => takeBack(false),
    redo: () => takeBack(true),
    export: onExport,
  };
  review.data.taxonomy.classes.slice(0, NUMBERED).forEach((name, i) => { run[`class${i + 1}`] = () => choose(name); });

  return {
    run,
    show,
    refresh,
    first: () => show(review.next(null) ?? review.items[0], { focus: true }),
    get current() { return current; },
  };
}
