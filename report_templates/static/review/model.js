"use strict";

// What was decided of each item: the last word, how to take it back, how much is left. Nothing is drawn here.
// A word is a record, or a mark that a record was taken back (its action is null): a mark has a revision too, so
// that of two tabs or two files the later word counts, whichever of the two it is.

const STEPS = 500;
const TAKEN_BACK = "cleared:";
const DRAFT = "draft:";
const EXPORTED = "exported";

// Choosing the given label is keeping it.
function settled(action, label, given) {
  if (action !== "relabel" && action !== "keep") return { action, label: null };
  return label === given ? { action: "keep", label: null } : { action: "relabel", label };
}

// What was chosen before the suggestion was seen.
function firstChoice(word) {
  if (!word?.action) return word?.first ?? null;
  return word.blind ?? (word.shown_suggestion ? null : { action: word.action, label: word.label });
}

function openReview(data, area) {
  const byItem = new Map(data.items.map((item) => [item.item, item]));
  const classes = new Set(data.taxonomy.classes);
  const records = new Map();
  const cleared = new Map(); // item -> the mark that its record was taken back
  const drafts = new Map();
  const exported = new Map(); // item -> the revision that the last file holds
  const listeners = [];
  const done = [];
  const undone = [];
  const store = openStore(area, data.report.id);
  let reviewer = "";
  let seq = 0;

  const tell = () => listeners.forEach((listener) => listener());
  const lastWord = (item) => records.get(item) ?? cleared.get(item);
  const next = (item) => ({ at: nowText(), revision: Math.max(lastWord(item)?.revision ?? 0, exported.get(item) ?? 0) + 1 });

  // words

  function hold(word) {
    const [here, there] = word.action === null ? [cleared, records] : [records, cleared];
    there.delete(word.item);
    here.set(word.item, word);
    seq = Math.max(seq, word.seq ?? 0);
  }

  // The new entry is written before the old one goes: whoever reads between the two finds both, and the newer counts.
  function write(word) {
    const isTaken = word.action === null;
    if (isTaken) store.putNote(reviewer, TAKEN_BACK + word.item, word);
    store.put(reviewer, word.item, isTaken ? null : word);
    if (!isTaken && store.note(reviewer, TAKEN_BACK + word.item)) store.putNote(reviewer, TAKEN_BACK + word.item, null);
  }

  function put(word) {
    hold(word);
    write(word);
  }

  // A word of the store, of another tab or of a file counts where it is newer.
  function take(word) {
    const newer = isNewer(word, lastWord(word.item));
    if (newer) hold(word);
    return newer;
  }

  const stored = (item) => [store.note(reviewer, TAKEN_BACK + item), store.get(reviewer, item)].filter((word) => isWord(word, item, classes));

  // Of what this tab holds and what is stored the newer counts, here and there.
  function settle(item) {
    const found = stored(item);
    found.forEach(take);
    const own = lastWord(item);
    if (own && found.every((word) => isNewer(own, word))) write(own);
  }

  function settleAll() {
    const entries = [...store.notes(reviewer, TAKEN_BACK), ...store.entries(reviewer)];
    const found = new Set(entries.filter(([item, word]) => isWord(word, item, classes)).map(([, word]) => word));
    found.forEach(take);
    for (const own of [...records.values(), ...cleared.values()]) if (!found.has(own)) settle(own.item);
  }

  // notes

  function takeExported() {
    for (const [item, revision] of Object.entries(store.note(reviewer, EXPORTED) ?? {})) {
      if (isRevision(revision)) exported.set(item, Math.max(revision, exported.get(item) ?? 0));
    }
  }

  function takeDraft(item, value) {
    if (value) drafts.set(item, asDraft(value));
    else drafts.delete(item);
  }

  function setDraft(item, draft) {
    if (!draft && !drafts.has(item)) return;
    takeDraft(item, draft);
    store.putNote(reviewer, DRAFT + item, draft);
  }

  function start(handle) {
    reviewer = handle;
    for (const held of [records, cleared, drafts, exported]) held.clear();
    done.length = 0;
    undone.length = 0;
    seq = 0;
    settleAll();
    for (const [item, draft] of store.notes(reviewer, DRAFT)) takeDraft(item, draft);
    takeExported();
    tell();
    return records.size;
  }

  function found() {
    return store.reviewers().map((name) => {
      const kept = store.entries(name).filter(([item, value]) => isRecord(value, item, classes)).map(([, value]) => value.at);
      return { reviewer: name, count: kept.length, last: kept.sort().at(-1) ?? "" };
    }).filter((one) => one.count > 0);
  }

  // deciding

  // The record of one item, of the page or a copy that is not on it.
  function recordOf(target, said, { leader, ms, shown, copyOf }) {
    const before = lastWord(target.item);
    const known = byItem.get(target.item);
    seq += 1;
    return {
      item: target.item,
      row: target.row,
      content: target.content,
      given: target.given,
      suggested: known?.suggested ?? null,
      action: said.action,
      label: said.action === "relabel" ? said.label : null,
      duplicate_of: said.action === "duplicate" ? said.duplicate_of : null,
      copy_of: copyOf,
      reasons: [...(said.reasons ?? [])],
      comment: spoken(said.comment),
      shown_suggestion: shown,
      blind: before?.blind ?? (shown ? firstChoice(before) : null),
      sample: known?.sample ?? leader.sample,
      position: known ? known.position : null,
      round: data.round,
      ms: Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : 0,
      seq,
      ...next(target.item),
    };
  }

  // What an answer means for a row: a copy of an item that no class fits is kept as it is, with the reason.
  function answerFor(entry, said, target) {
    const label = said.action === "relabel" ? said.label : target.given;
    const noneFits = said.action === "keep" && said.reasons?.some((reason) => NO_CLASS_FITS.includes(reason));
    return { ...said, ...settled(said.action, noneFits ? entry.given : label, entry.given) };
  }

  function step(item, said, draft = null) {
    done.push({ item, draft, changes: said.map((after) => ({ item: after.item, before: lastWord(after.item) ?? null, after })) });
    if (done.length > STEPS) done.shift();
    undone.length = 0;
    said.forEach(put);
  }

  function decide(item, said, { ms = 0, copies = [], shown = true } = {}) {
    const target = byItem.get(item);
    const draft = drafts.get(item) ?? null;
    const { reasons, comment } = draft ?? records.get(item) ?? {};
    const whole = { duplicate_of: null, ...said, reasons: said.reasons ?? reasons, comment: said.comment ?? comment };
    const of = (entry, copyOf) => recordOf(entry, answerFor(entry, whole, target), { leader: target, ms, shown, copyOf });
    const made = [of(target, null), ...(said.action === "duplicate" ? [] : copies).map((copy) => of(copy, item))]
      .filter((record, i) => i === 0 || isRecord(record, record.item, classes)); // a given label that is no class is given to no copy
    step(item, made, draft);
    setDraft(item, null);
    tell();
    return made;
  }

  function amend(item, said) {
    const before = records.get(item);
    const after = asDraft({ ...(before ?? drafts.get(item)), ...said });
    if (before) step(item, [{ ...before, ...after, ...next(item) }]);
    else setDraft(item, after);
    tell();
  }

  function clear(item) {
    if (!records.has(item)) return;
    step(item, [again(item, null)]);
    tell();
  }

  // A word that comes back is said anew, so that it counts against what was exported in between.
  function again(item, word) {
    if (word?.action) return { ...word, ...next(item) };
    const last = lastWord(item);
    return { item, ...seenOf(last), action: null, first: firstChoice(last), ...next(item) };
  }

  // One step back or forth; where another tab has had the last word since, that word stays.
  function back(from, to, here, there) {
    let item = null;
    while (item === null && from.length) {
      const taken = from.pop();
      const changes = taken.changes.filter((change) => isSame(lastWord(change.item), change[here]));
      if (changes.length === 0) continue;
      for (const change of changes) put(again(change.item, change[there]));
      if (taken.draft) setDraft(taken.item, there === "before" ? taken.draft : null);
      to.push({ ...taken, changes });
      item = byItem.get(taken.item) ?? null;
    }
    tell();
    return item;
  }

  function markExported() {
    for (const [item, word] of [...cleared, ...records]) exported.set(item, word.revision);
    store.putNote(reviewer, EXPORTED, Object.fromEntries(exported));
    tell();
  }

  function walk(item, step, passes) {
    const at = item === null ? (step > 0 ? -1 : data.items.length) : data.items.indexOf(byItem.get(item));
    return walked(data.items, at, step, passes);
  }

  // Another tab of this page has decided something, taken it back, drafted or exported.
  function onNote(name, value) {
    if (name === EXPORTED) takeExported();
    else if (name.startsWith(DRAFT)) takeDraft(name.slice(DRAFT.length), value);
    else if (name.startsWith(TAKEN_BACK)) onWord(name.slice(TAKEN_BACK.length), value);
  }

  function onWord(item, value) {
    if (isWord(value, item, classes)) take(value);
    settle(item);
  }

  function onStorage({ key, newValue, storageArea }) {
    if (!reviewer || (storageArea && storageArea !== area)) return;
    const [own, notes] = [store.keyOf(reviewer), store.noteKeyOf(reviewer)];
    if (key === null) settleAll(); // emptied by somebody
    else if (key.startsWith(own)) onWord(key.slice(own.length), parsedEntry(newValue));
    else if (key.startsWith(notes)) onNote(key.slice(notes.length), parsedEntry(newValue));
    else return;
    tell();
  }

  // A page that comes back out of the browser's memory has heard nothing meanwhile.
  function onPageShow({ persisted }) {
    if (!persisted || !reviewer) return;
    settleAll();
    takeExported();
    tell();
  }
  addEventListener("storage", onStorage);
  addEventListener("pageshow", onPageShow);
  addEventListener("pagehide", store.flush);

  const isUndecided = (item) => !records.has(item.item);

  return {
    data,
    items: data.items,
    byItem,
    classes,
    store,
    records,
    cleared,
    exported,
    lastWord,
    get reviewer() { return reviewer; },
    start,
    found,
    decisionOf: (item) => records.get(item),
    isDecided: (item) => records.has(item),
    revealed: (item) => !byItem.get(item).blind || records.has(item),
    decide,
    amend,
    draftOf: (item) => drafts.get(item),
    clear,
    undo: () => back(done, undone, "after", "before"),
    redo: () => back(undone, done, "before", "after"),
    get canUndo() { return done.length > 0; },
    get canRedo() { return undone.length > 0; },
    counts: () => countsOf(data, { records, cleared, exported }),
    next: (item, passes = isUndecided) => walk(item, 1, passes),
    previous: (item, passes = isUndecided) => walk(item, -1, passes),
    take(word) { // of an earlier file; whether it was newer
      const newer = take(word);
      if (newer) write(word);
      return newer;
    },
    tell,
    markExported,
    get saved() { return store.state; },
    onChange: (listener) => listeners.push(listener),
  };
}
