"use strict";

// The queue at work: which item is shown, what an answer does, what is drawn anew.

const TYPING_PAUSE = 300;

// On a narrow page the list is there when it is asked for.
function showList(shown) {
  document.body.classList.toggle("with-list", shown);
  byId("list-toggle").setAttribute("aria-expanded", String(shown));
}

function openWork(review, { onEnd, onExport }) {
  const index = indexed(review.data.taxonomy.classes);
  const place = byId("item");
  const ticked = new Set();
  const seen = new Set(); // blind items whose suggestion has been shown: they are not blind again
  const list = openList(review, (item) => { showList(false); show(item); });
  let current = null;
  let since = 0;
  let drawn = "";
  let quiet = false;

  const announce = (text) => { byId("live").textContent = text; };
  const isOpen = (item) => review.revealed(item.item) || seen.has(item.item);
  const partners = (item) => [...item.copies, ...item.near];
  const said = (name = current.item) => ({ reasons: [], comment: "", ...(review.decisionOf(name) ?? review.draftOf(name)) });

  function show(item, { focus = true } = {}) {
    if (!item) return;
    settle();
    current = item;
    since = performance.now();
    ticked.clear();
    for (const copy of item.copies) {
      const record = review.decisionOf(copy.item);
      if (!record || record.copy_of === item.item) ticked.add(copy);
    }
    draw();
    list.draw(item);
    scrollTo({ top: 0, behavior: "instant" });
    if (focus) place.focus({ preventScroll: true });
  }

  // deciding

  function decide(answer) {
    const was = current;
    const before = review.decisionOf(was.item);
    quiet = true; // a blind item that is left is not shown with its suggestion, not even for a moment
    const made = review.decide(was.item, answer, { ms: performance.now() - since, copies: [...ticked], shown: isOpen(was) });
    quiet = false;
    const state = decisionWords(review.decisionOf(was.item));
    const copies = made.length > 1 ? ` ${fill(words.with_copies, { n: number(made.length - 1) })}` : "";
    announce(fill(words.saved_as, { state, left: number(review.counts().left) }) + copies);
    since = performance.now();
    if (!settings.advance || before) { refresh(); return; }
    const next = review.next(was.item);
    if (next) show(next);
    else onEnd();
  }

  // A reason that no class fits belongs to the answer that gave it, not to another one.
  const othersOf = () => said().reasons.filter((reason) => !ERROR_REASONS.includes(reason));
  const choose = (name) => decide({ action: "relabel", label: name, reasons: othersOf() });

  function accept() {
    if (!isOpen(current)) return announce(words.blind);
    if (!current.suggested) return announce(words.no_suggestion);
    return choose(current.suggested);
  }

  // One row of a group has to stay: a copy that is taken out itself is no partner.
  function duplicate() {
    const rows = partners(current);
    const partner = rows.find((entry) => !["duplicate", "exclude"].includes(review.decisionOf(entry.item)?.action));
    if (partner) return decide({ action: "duplicate", duplicate_of: partner.item, reasons: othersOf() });
    return announce(rows.length ? words.no_partner_left : words.no_partner);
  }

  const act = {
    accept,
    duplicate,
    keep: () => decide({ action: "keep", reasons: othersOf() }),
    exclude: () => decide({ action: "exclude", reasons: othersOf() }),
    unsure: () => decide({ action: "unsure", reasons: othersOf() }),
    noneFits: (reason) => decide({ action: "keep", reasons: [...othersOf(), reason] }),
  };

  // remarks

  function onReason(reason) {
    const { reasons } = said();
    review.amend(current.item, { reasons: reasons.includes(reason) ? reasons.filter((one) => one !== reason) : [...reasons, reason] });
  }

  // Nothing is drawn anew for a comment: whoever types, or is about to click, is not disturbed.
  function keepComment(area, name) {
    if (said(name).comment === area.value) return;
    quiet = true;
    review.amend(name, { comment: area.value });
    quiet = false;
    drawn = stateOf();
  }

  function onComment(area) {
    const name = current.item;
    let timer = 0;
    area.addEventListener("change", () => { clearTimeout(timer); keepComment(area, name); });
    area.addEventListener("input", () => { // a draft outlives a crash; a decision is changed once, when the field is left
      clearTimeout(timer);
      if (!review.isDecided(name)) timer = setTimeout(() => { if (!review.isDecided(name)) keepComment(area, name); }, TYPING_PAUSE);
    });
  }

  function settle() {
    const area = byId("comment");
    if (area && current) keepComment(area, current.item);
  }

  // drawing

  function heading() {
    return el("header", { class: "where" },
      el("h1", { id: "item-title" }, fill(words.place, { at: number(review.items.indexOf(current) + 1), n: number(review.items.length) })),
      el("div", { class: "line" },
        button(words.previous, () => move(-1), { tone: "quiet", action: "previous" }),
        button(words.next, () => move(1), { tone: "quiet", action: "next" }),
        button(words.next_undecided, undecided, { tone: "quiet", action: "undecided" })),
      details(review.data, current));
  }

  // What the drawn item depends on; a comment only while nobody is writing it.
  function stateOf() {
    const record = review.decisionOf(current.item);
    const { reasons, comment } = said();
    const typing = document.activeElement?.id === "comment";
    const copies = partners(current).map((entry) => review.decisionOf(entry.item)?.action ?? "");
    return JSON.stringify([
      current.item, isOpen(current), record?.action, record?.label, record?.duplicate_of, record?.copy_of,
      reasons, typing ? null : comment, copies, settings.keys, settings.map,
    ]);
  }

  function draw() {
    const record = review.decisionOf(current.item);
    const open = isOpen(current);
    if (open && current.blind && !seen.has(current.item)) {
      seen.add(current.item);
      review.store.putNote(review.reviewer, "seen", [...seen]);
    }
    redraw(place, [
      heading(),
      decided(current, record, () => { review.clear(current.item); announce(words.cleared); }),
      askedBefore(current),
      el("div", { class: "content" }, review.data.pictures ? pictured(review.data, current) : content(review.data.columns, current.cells)),
      saidBefore(current),
      answers(current, open, record, act),
      el("section", { class: "choice" }, el("h2", {}, words.another), classChoice(index, current, { chosen: chosenLabel(current, record), open, choose })),
      copies(review, current, open, ticked),
      nearCopies(review, current, open, ticked),
      similar(review, current, open),
      remarks(said(), { onReason, onComment }),
    ]);
    drawn = stateOf();
  }

  function refresh() {
    if (!current) return;
    if (!quiet && stateOf() !== drawn) draw();
    list.draw(null);
  }

  // moving

  function move(step) {
    const next = step > 0 ? review.next(current.item, list.passes) : review.previous(current.item, list.passes);
    if (next) show(next);
    else announce(words.no_other);
  }

  function undecided() {
    const next = review.next(current.item);
    if (next) show(next);
    else if (review.isDecided(current.item)) onEnd();
    else announce(words.no_other);
  }

  function takeBack(redo) {
    settle();
    const item = redo ? review.redo() : review.undo();
    if (!item) return announce(redo ? words.no_redo : words.no_undo);
    announce(redo ? words.redone : words.undone);
    return show(item);
  }

  function search() {
    const input = byId("class-search") ?? place.querySelector(".classes button");
    input.focus();
    input.scrollIntoView({ block: "center" });
  }

  function zoom() {
    const source = pictureOf(review.data, current.item);
    if (source) zoomOf(source, shortened(current.item));
    else announce(words.no_picture);
  }

  const run = {
    keep: act.keep, accept, exclude: act.exclude, unsure: act.unsure, duplicate, undecided, search,
    next: () => move(1),
    previous: () => move(-1),
    comment: () => byId("comment").focus(),
    undo: () => takeBack(false),
    redo: () => takeBack(true),
    export: onExport,
    ...(review.data.pictures ? { zoom } : {}),
  };
  for (const { name, action } of index) if (action) run[action] = () => choose(name);

  return {
    run,
    show,
    refresh,
    settle,
    first() {
      const kept = review.store.note(review.reviewer, "seen");
      seen.clear();
      for (const name of Array.isArray(kept) ? kept : []) seen.add(name);
      show(review.next(null) ?? review.items[0]);
    },
    get current() { return current; },
  };
}
