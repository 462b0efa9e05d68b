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
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : null;
  } catch {
    return null;
  }
}

function openStore(area, report) {
  const waiting = new Map();
  const state = { works: area !== null, at: null, why: area === null ? "blocked" : "" };
  const start = `${STORE}:${report}:`;
  const noteStart = `${STORE}-note:${report}:`;

  function flush() {
    if (area === null) return;
    try {
      for (const [key, text] of waiting) {
        if (text === null) area.removeItem(key);
        else area.setItem(key, text);
        waiting.delete(key);
      }
      Object.assign(state, { works: true, at: new Date(), why: "" });
    } catch (error) {
      Object.assign(state, { works: false, why: error?.name === "QuotaExceededError" ? "full" : "blocked" });
    }
  }

  function put(key, value) {
    waiting.set(key, value === null ? null : JSON.stringify(value));
    flush();
  }

  function keys() {
    try {
      return area === null ? [] : Array.from({ length: area.length }, (_, i) => area.key(i));
    } catch {
      return [];
    }
  }

  function read(key) {
    if (waiting.has(key)) return parsedEntry(waiting.get(key));
    try {
      return parsedEntry(area?.getItem(key) ?? "");
    } catch {
      return null;
    }
  }

  // [item, value] of every entry that begins so; what another page wrote there is no entry.
  function entries(prefix) {
    return keys().filter((key) => key?.startsWith(prefix)).map((key) => [key.slice(prefix.length), read(key)]);
  }

  return {
    state,
    flush,
    keyOf: (reviewer) => `${start}${reviewer}:`,
    put: (reviewer, item, record) => put(`${start}${reviewer}:${item}`, record),
    entries: (reviewer) => entries(`${start}${reviewer}:`),
    reviewers: () => [...new Set(entries(start).map(([rest]) => rest.split(":", 1)[0]))],
    note: (reviewer, name) => read(`${noteStart}${reviewer}:${name}`),
    putNote: (reviewer, name, value) => put(`${noteStart}${reviewer}:${name}`, value),
  };
}
