"use strict";

// What was decided of each item: the last word, how to take it back, how much is left. Nothing is drawn here.

const ACTIONS = ["keep", "relabel", "exclude", "duplicate", "unsure"];
const STEPS = 500;
const LONGEST_LOOK = 180000;
const FEWEST_LOOKS = 5;

const wellFormed = (text) => text.toWellFormed?.() ?? text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
const nowText = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");
const isRecord = (value, item) => value?.item === item && ACTIONS.includes(value.action) && Number.isInteger(value.revision);

// Whether a record takes the place of another: the higher revision, then the later one.
function isNewer(record, other) {
  if (!other) return true;
  if (record.revision !== other.revision) return record.revision > other.revision;
  return record.at > other.at;
}

function openReview(data, area) {
  const byItem = new Map(data.items.map((item) => [item.item, item]));
  const records = new Map();
  const drafts = new Map();
  const exported = new Map();
  const last = new Map(); // item -> the highest revision it ever had
  const listeners = [];
  const done = [];
  const undone = [];
  const store = openStore(area, data.report.id);
  let reviewer = "";
  let seq = 0;

  const tell = () => listeners.forEach((listener) => listener());

  function keep(record) {
    records.set(record.item, record);
    last.set(record.item, Math.max(record.revision, last.get(record.item) ?? 0));
    seq = Math.max(seq, record.seq ?? 0);
  }

  function put(item, record) {
    if (record) keep(record);
    else records.delete(item);
    store.put(reviewer, item, record ?? null);
  }

  function start(handle) {
    reviewer = handle;
    records.clear();
    drafts.clear();
    exported.clear();
    done.length = 0;
    undone.length = 0;
    for (const [item, value] of store.entries(reviewer)) if (isRecord(value, item)) keep(value);
    for (const [item, draft] of Object.entries(store.note(reviewer, "drafts") ?? {})) drafts.set(item, draft);
    for (const [item, revision] of Object.entries(store.note(reviewer, "exported") ?? {})) {
      exported.set(item, revision);
      last.set(item, Math.max(revision, last.get(item) ?? 0));
    }
    tell();
    return records.size;
  }

  function found() {
    return store.reviewers().map((name) => {
      const kept = store.entries(name).filter(([item, value]) => isRecord(value, item)).map(([, value]) => value);
      return { reviewer: name, count: kept.length, last: kept.map((one) => one.at).sort().at(-1) ?? "" };
    }).filter((one) => one.count > 0);
  }

  // The record of one item, of the page or a copy that is not on it.
  function recordOf(target, said, { leader, ms, shown, copyOf }) {
    const before = records.get(target.item);
    const known = byItem.get(target.item);
    const blindFirst = before && !before.shown_suggestion && shown ? { action: before.action, label: before.label } : null;
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
      comment: wellFormed(said.comment ?? ""),
      shown_suggestion: shown,
      blind: before?.blind ?? blindFirst,
      sample: known?.sample ?? leader.sample,
      position: known ? known.position : null,
      round: data.round,
      at: nowText(),
      ms: Math.max(0, Math.round(ms)),
      seq,
      revision: (last.get(target.item) ?? 0) + 1,
    };
  }

  // Choosing the given label is keeping it.
  function settled(action, label, given) {
    if (action !== "relabel" && action !== "keep") return { action, label: null };
    return label === given ? { action: "keep", label: null } : { action: "relabel", label };
  }

  function step(item, changes) {
    done.push({ item, changes });
    if (done.length > STEPS) done.shift();
    undone.length = 0;
    for (const { name, after } of changes) put(name, after);
    tell();
  }

  function decide(item, said, { ms = 0, copies = [], shown = true } = {}) {
    const target = byItem.get(item);
    const draft = drafts.get(item) ?? records.get(item) ?? {};
    const label = said.action === "relabel" ? said.label : target.given;
    const rest = { reasons: said.reasons ?? draft.reasons, comment: said.comment ?? draft.comment };
    const of = (entry, copyOf) => recordOf(
      entry,
      { ...rest, duplicate_of: said.duplicate_of ?? null, ...settled(said.action, label, entry.given) },
      { leader: target, ms, shown, copyOf },
    );
    const entries = said.action === "duplicate" ? [target] : [target, ...copies];
    const made = entries.map((entry, i) => of(entry, i === 0 ? null : item));
    step(item, made.map((after) => ({ name: after.item, before: records.get(after.item) ?? null, after })));
    setDraft(item, null);
    return made;
  }

  function setDraft(item, draft) {
    if (draft) drafts.set(item, draft);
    else if (!drafts.delete(item)) return;
    store.putNote(reviewer, "drafts", Object.fromEntries(drafts));
  }

  function amend(item, said) {
    const record = records.get(item);
    if (!record) {
      const draft = { reasons: [], comment: "", ...drafts.get(item), ...said };
      draft.comment = wellFormed(draft.comment);
      setDraft(item, draft);
      tell();
      return;
    }
    const after = { ...record, ...said, at: nowText(), revision: (last.get(item) ?? 0) + 1 };
    after.comment = wellFormed(after.comment);
    step(item, [{ name: item, before: record, after }]);
  }

  function clear(item) {
    const before = records.get(item);
    if (before) step(item, [{ name: item, before, after: null }]);
  }

  // A record that comes back is said anew, so that it counts against what was exported in between.
  function again(name, record) {
    return record ? { ...record, at: nowText(), revision: (last.get(name) ?? 0) + 1 } : null;
  }

  function back(from, to, side) {
    const taken = from.pop();
    if (!taken) return null;
    for (const change of taken.changes) put(change.name, again(change.name, change[side]));
    to.push(taken);
    tell();
    return byItem.get(taken.item) ?? null;
  }

  function median(values) {
    const sorted = [...values].sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  }

  function counts() {
    const out = { total: data.items.length, done: 0, left: 0, unexported: 0, secondsLeft: 0 };
    for (const action of ACTIONS) out[action] = 0;
    for (const item of data.items) {
      const record = records.get(item.item);
      if (!record) continue;
      out.done += 1;
      out[record.action] += 1;
    }
    for (const [item, record] of records) if (exported.get(item) !== record.revision) out.unexported += 1;
    const looks = [...records.values()].filter((one) => !one.copy_of && one.ms > 0 && one.ms <= LONGEST_LOOK).map((one) => one.ms);
    out.left = out.total - out.done;
    out.secondsLeft = out.left * (looks.length >= FEWEST_LOOKS ? median(looks) / 1000 : data.seconds);
    return out;
  }

  function walk(item, step, passes) {
    const n = data.items.length;
    const from = item === null ? (step > 0 ? -1 : n) : data.items.indexOf(byItem.get(item));
    for (let i = 1; i <= n; i += 1) {
      const next = data.items[(((from + step * i) % n) + n) % n];
      if (next.item !== item && passes(next)) return next;
    }
    return null;
  }

  // Another tab of this page has decided something, or taken it back.
  function onStorage(event) {
    const prefix = store.keyOf(reviewer);
    if (!reviewer || !event.key?.startsWith(prefix)) return;
    const item = event.key.slice(prefix.length);
    const value = event.newValue === null ? null : parsedEntry(event.newValue);
    const own = records.get(item);
    if (value === null && event.newValue === null) records.delete(item);
    else if (isRecord(value, item) && isNewer(value, own)) keep(value);
    else if (own && own.revision >= (value?.revision ?? 0)) store.put(reviewer, item, own);
    tell();
  }
  addEventListener("storage", onStorage);

  return {
    data,
    items: data.items,
    byItem,
    store,
    records,
    exported,
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
    undo: () => back(done, undone, "before"),
    redo: () => back(undone, done, "after"),
    get canUndo() { return done.length > 0; },
    get canRedo() { return undone.length > 0; },
    counts,
    next: (item, passes = (one) => !records.has(one.item)) => walk(item, 1, passes),
    previous: (item, passes = (one) => !records.has(one.item)) => walk(item, -1, passes),
    take(record) { // of an earlier file
      put(record.item, record);
    },
    tell,
    markExported() {
      for (const [item, record] of records) exported.set(item, record.revision);
      store.putNote(reviewer, "exported", Object.fromEntries(exported));
      tell();
    },
    get saved() { return store.state; },
    onChange: (listener) => listeners.push(listener),
  };
}
