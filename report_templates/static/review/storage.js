"use strict";

// Decisions in this browser: one entry an item, written at once. What cannot be written stays in memory and is
// tried again with the next change. Only decisions are kept, never a text of the data: other pages on this
// computer may read the store.

const STORE = "auditor1";

function storeOf(open) {
  try {
    const area = open();
    area?.getItem(STORE); // blocked stores throw here
    return area ?? null;
  } catch {
    return null;
  }
}

function parsedEntry(text) {
  if (!text) return null;
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

const isFull = (error) => error?.name === "QuotaExceededError";

// Write each text under its key (null: remove the key), and forget those that were written; what went wrong, or null.
function writeAll(area, waiting) {
  let fault = null;
  const removedFirst = [...waiting].sort(([, a], [, b]) => (a !== null) - (b !== null)); // they make room
  for (const [key, text] of removedFirst) {
    try {
      if (text === null) area.removeItem(key);
      else area.setItem(key, text);
      waiting.delete(key);
    } catch (error) {
      fault = error;
      if (!isFull(error)) break;
    }
  }
  return fault;
}

function openStore(area, report) {
  const waiting = new Map();
  const state = { works: area !== null, at: null, why: area === null ? "blocked" : "" };
  const start = `${STORE}:${report}:`;
  const noteStart = `${STORE}-note:${report}:`;
  const keyOf = (reviewer) => `${start}${reviewer}:`;
  const noteKeyOf = (reviewer) => `${noteStart}${reviewer}:`;

  function flush() {
    if (area === null || waiting.size === 0) return;
    const fault = writeAll(area, waiting);
    if (fault) Object.assign(state, { works: false, why: isFull(fault) ? "full" : "blocked" });
    else Object.assign(state, { works: true, at: new Date(), why: "" });
  }

  function put(key, value) {
    waiting.set(key, value === null ? null : JSON.stringify(value));
    flush();
  }

  function keys() {
    try {
      return [...new Set([...(area === null ? [] : Object.keys(area)), ...waiting.keys()])];
    } catch {
      return [...waiting.keys()];
    }
  }

  function read(key) {
    if (waiting.has(key)) return parsedEntry(waiting.get(key));
    try {
      return parsedEntry(area?.getItem(key));
    } catch {
      return null;
    }
  }

  // [item, value] of every entry that begins so; what another page wrote there is no entry.
  function entries(prefix) {
    return keys().filter((key) => key.startsWith(prefix)).map((key) => [key.slice(prefix.length), read(key)])
      .filter(([, value]) => value !== null);
  }

  return {
    area,
    state,
    flush,
    keyOf,
    noteKeyOf,
    get: (reviewer, item) => read(keyOf(reviewer) + item),
    put: (reviewer, item, record) => put(keyOf(reviewer) + item, record),
    entries: (reviewer) => entries(keyOf(reviewer)),
    reviewers: () => [...new Set(entries(start).map(([rest]) => rest.split(":", 1)[0]))].filter((name) => HANDLE.test(name)),
    note: (reviewer, name) => read(noteKeyOf(reviewer) + name),
    putNote: (reviewer, name, value) => put(noteKeyOf(reviewer) + name, value),
    notes: (reviewer, prefix) => entries(noteKeyOf(reviewer) + prefix),
  };
}
