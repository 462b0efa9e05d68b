"use strict";

// What a decision has to be, and which of two counts. Storage and files are written by others too: what auditor
// would refuse is no decision here either, so that one bad entry never spoils the file that is sent back.

const ACTIONS = ["keep", "relabel", "exclude", "duplicate", "unsure"];
const UNDECIDED = "undecided"; // in files: what was said before is taken back
const SAMPLES = ["queue", "spot", "control", "rate"];
const NO_CLASS_FITS = ["more_than_one_class", "needs_new_class"];
const KNOWN_REASONS = [
  "guideline_unclear", ...NO_CLASS_FITS, "unreadable", "wrong_language", "personal_data", "broken_text", "other",
];
const LONGEST_COMMENT = 20000;
const MOST_REVISIONS = 2 ** 40;

const nowText = () => new Date().toISOString().replace(/\.\d+Z$/, "Z");

// A text that UTF-8 can hold: half a pair of surrogates becomes a mark of what is missing.
const wellFormed = (text) => text.toWellFormed?.() ?? text.replace(/[\ud800-\udfff]/gu, "\ufffd");
const spoken = (text) => wellFormed(String(text ?? "").replaceAll("\0", "").slice(0, LONGEST_COMMENT));

const isAbsent = (value) => value === null || value === undefined;
const isText = (value) => isAbsent(value) || typeof value === "string";
const isWhole = (value) => isAbsent(value) || (Number.isSafeInteger(value) && value >= 0);
const isRevision = (value) => Number.isSafeInteger(value) && value > 0 && value < MOST_REVISIONS;
const isComment = (value) => typeof value === "string" && value.length <= LONGEST_COMMENT && !value.includes("\0");
const areReasons = (value) => Array.isArray(value) && value.every((reason) => KNOWN_REASONS.includes(reason));

function isChoice(value, classes) {
  if (!ACTIONS.includes(value?.action)) return false;
  return value.action === "relabel" ? classes.has(value.label) : isText(value.label);
}

// Whether a value is a whole decision on the item, with a label of these classes.
function isRecord(value, item, classes) {
  return typeof item === "string" && value?.item === item && isChoice(value, classes)
    && isRevision(value.revision) && typeof value.at === "string" && areReasons(value.reasons) && isComment(value.comment)
    && isSeen(value) && ["suggested", "duplicate_of", "copy_of"].every((name) => isText(value[name]))
    && ["ms", "seq"].every((name) => isWhole(value[name]))
    && (isAbsent(value.blind) || isChoice(value.blind, classes));
}

// Whether a value says that the decision on the item was taken back.
function isMark(value, item, classes) {
  return value?.item === item && value.action === null && isRevision(value.revision) && typeof value.at === "string"
    && (isAbsent(value.first) || isChoice(value.first, classes)) && isSeen(value);
}

// What a decision was about, as it is told of one that was taken back too.
const SEEN = ["row", "content", "given", "sample", "position", "round"];
const seenOf = (word) => Object.fromEntries(SEEN.map((name) => [name, word?.[name] ?? null]));
const isSeen = (value) => isText(value.content) && isText(value.given) && ["row", "position", "round"].every((name) => isWhole(value[name]))
  && (isAbsent(value.sample) || SAMPLES.includes(value.sample));

// A mark as files have it, and back.
const asTakenBack = ({ item, first, at, revision, ...seen }) => ({
  item, ...seenOf(seen), action: UNDECIDED, label: null, reasons: [], comment: "", blind: first ?? null, at, revision,
});
const asMark = (entry) => ({ item: entry.item, ...seenOf(entry), action: null, first: entry.blind ?? null, at: entry.at, revision: entry.revision });
const asWord = (entry) => (entry?.action === UNDECIDED ? asMark(entry) : entry);

const isWord = (value, item, classes) => isMark(value, item, classes) || isRecord(value, item, classes);

function asDraft(value) {
  const reasons = areReasons(value?.reasons) ? [...value.reasons] : [];
  return { reasons, comment: typeof value?.comment === "string" ? spoken(value.comment) : "" };
}

// Whether a word takes the place of another: the higher revision, then the later one, then either, but the same
// in every tab.
function isNewer(word, other) {
  if (!other) return true;
  if (word.revision !== other.revision) return word.revision > other.revision;
  if (word.at !== other.at) return word.at > other.at;
  return canonical(word) > canonical(other);
}

// Whether two words say the same, however often it was said.
function isSame(word, other) {
  const said = (one) => (one?.action ? canonical({ ...one, at: "", revision: 0 }) : "");
  return said(word) === said(other);
}
