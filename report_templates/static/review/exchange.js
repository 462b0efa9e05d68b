"use strict";

// Decisions as files: the one that is sent back, and one that was exported on another computer.

const SCHEMA = "auditor.decisions/1";
const LARGEST_FILE = 50e6;
const HANDLE = /^[\p{L}\p{N}._-]{1,40}$/u;
const FORMULA = /^[=+\-@\t\r＝＋－＠]/;

const stamp = (now) => now.toISOString().replace(/\.\d+Z$/, "Z");
const fileName = (review, now, ending) => `decisions-${review.data.report.id}-${review.reviewer}-${stamp(now).replace(/[-:]/g, "")}.${ending}`;
const inOrder = (review) => [...review.records.values()].sort((a, b) => a.seq - b.seq);
const takenBack = (review) => [...review.cleared.values()].sort((a, b) => (a.item < b.item ? -1 : 1)).map(asTakenBack);

function exportJson(review, now = new Date()) {
  const { report, dataset, taxonomy } = review.data;
  const decisions = [...inOrder(review), ...takenBack(review)]; // an older file still says what was taken back
  const file = {
    schema: SCHEMA,
    report,
    dataset,
    taxonomy,
    reviewer: { id: review.reviewer, role: review.data.role ?? "labeller" },
    exported: stamp(now),
    count: decisions.length,
    checksum: checksum(decisions),
    decisions,
  };
  return { name: fileName(review, now, "json"), text: `${JSON.stringify(file, null, 1)}\n` };
}

function csvCell(value, guarded = true) {
  const text = guarded && FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function exportCsv(review, now = new Date()) {
  const rows = inOrder(review).map((one) => [
    Number.isInteger(one.row) ? `i${one.row}` : "", one.item, one.action, one.label ?? "", one.reasons.join(";"), one.comment, one.at,
  ]);
  const lines = [["key", "item", "action", "label", "reasons", "comment", "at"], ...rows]
    .map((cells) => cells.map((cell) => csvCell(cell)).join(","));
  return { name: fileName(review, now, "csv"), text: `\ufeff${lines.join("\r\n")}\r\n` };
}

class LoadError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

// Whether nothing was cut off or changed: a file is taken over as a whole or not at all.
function isSound({ count, decisions, checksum: said }, classes) {
  try {
    return count === decisions.length && said === checksum(decisions) && decisions.every((one) => isWord(asWord(one), one?.item, classes));
  } catch {
    return false; // brackets without end
  }
}

// A decisions file, once it is sure that it is one, of this page and whole.
function readFile(review, text) {
  if (text.length > LARGEST_FILE) throw new LoadError("too-large");
  const file = parsedEntry(text.replace(/^\ufeff/, ""));
  if (!file || typeof file.schema !== "string" || !Array.isArray(file.decisions)) throw new LoadError("not-decisions");
  if (file.schema !== SCHEMA && !file.schema.startsWith(`${SCHEMA}.`)) throw new LoadError("schema");
  if (file.report?.id !== review.data.report.id) throw new LoadError("other-report");
  if (!HANDLE.test(file.reviewer?.id ?? "")) throw new LoadError("not-decisions");
  if (!isSound(file, review.classes)) throw new LoadError("checksum");
  return file;
}

function loadFile(review, text) {
  const file = readFile(review, text);
  if (review.reviewer && review.reviewer !== file.reviewer.id) throw new LoadError("other-reviewer");
  if (!review.reviewer) review.start(file.reviewer.id);
  const counts = { taken: 0, same: 0, older: 0, foreign: 0 };
  for (const word of file.decisions.map(asWord)) {
    const own = review.lastWord(word.item);
    if (!review.byItem.has(word.item)) counts.foreign += 1;
    if (own && own.revision === word.revision && isSame(own, word)) counts.same += 1;
    else if (review.take(word)) counts.taken += 1;
    else counts.older += 1;
  }
  review.tell();
  return counts;
}

// Hand a text over as a file of the reader's own computer.
function download({ name, text }, type) {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([text], { type }));
  link.href = url;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}
