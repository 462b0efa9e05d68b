"use strict";

// Decisions files as one judgement per row, as auditor merges them (auditor/review/merging.py, standing.py).

const DECISIONS = "auditor.decisions/1";
const LARGEST_DECISIONS = 200e6;
const MANY_VOTES = 3;
const TABLES = /\.(csv|tsv|txt|xlsx|parquet)$/i;

// What a file may leave out, filled in as auditor reads it.
function filledIn(one) {
  return {
    ...one,
    label: one?.action === "relabel" ? one.label : null,
    reasons: one?.reasons ?? [],
    comment: one?.comment ?? "",
    at: one?.at ?? "",
    round: one?.round || 1,
    revision: one?.revision || 1,
  };
}

function isWholeFile(file) {
  const { schema, decisions, count, checksum: said, taxonomy } = file ?? {};
  if (typeof schema !== "string" || !Array.isArray(decisions)) return false;
  if (schema !== DECISIONS && !schema.startsWith(`${DECISIONS}.`)) return false;
  if (Number.isInteger(count) && count !== decisions.length) return false;
  if (!isAbsent(said) && said !== checksum(decisions)) return false;
  const named = Array.isArray(taxonomy?.classes) ? taxonomy.classes : [];
  const classes = named.length ? new Set(named) : { has: (label) => typeof label === "string" };
  return decisions.every((one) => one?.item !== "" && isRecord(filledIn(one), one?.item, classes));
}

// A merged file is the files that it was made of.
const sourcesOf = (file) => (Array.isArray(file?.sources) ? file.sources : [file]);
const areLeads = (leads, n) => Array.isArray(leads) && leads.every((one) => typeof one?.reviewer === "string"
  && Number.isInteger(one.rank) && Array.isArray(one.sources) && one.sources.every((at) => at in [...Array(n).keys()]));
const isAboutData = (file, fingerprint) => file.dataset?.fingerprint === fingerprint;

// A decisions file of the dataset, or the name of the sentence that says why it is none.
function readDecisions(text, fingerprint, name) {
  if (TABLES.test(name) && !text.replace(/^\ufeff/, "").trimStart().startsWith("{")) return { problem: "plain" };
  try {
    const file = text.length > LARGEST_DECISIONS ? null : JSON.parse(text.replace(/^\ufeff/, ""));
    if (![file, ...sourcesOf(file)].every(isWholeFile)) return { problem: "damaged" };
    if (!areLeads(file.leads ?? [], sourcesOf(file).length)) return { problem: "damaged" };
    const sources = sourcesOf(file).map((one) => (isAboutData(one, fingerprint) ? one : { ...one, decisions: [] }));
    return sourcesOf(file).some((one) => isAboutData(one, fingerprint)) ? { file: { leads: file.leads ?? [], sources } } : { problem: "other" };
  } catch {
    return { problem: "damaged" }; // no JSON, or brackets without end
  }
}

// An item or a label as the page holds it: one that never ends by its digest.
function keyOfName(name, longest) {
  return isAbsent(name) || name.length <= longest || [...name].length <= longest ? name : `sha256:${sha256(name)}`;
}

// Take the decisions of a file in: the last word of each reviewer on each item with the label that was seen. In
// files of this dataset an item is always of the same content. `givenOf`: item -> its label, where it is listed.
// `said.leads`: whose word wins over which words.
function hearFile(said, file, givenOf, longestName) {
  const heard = file.sources.map((source) => wordsOf(source, givenOf, longestName));
  for (const word of heard.flat()) {
    const key = JSON.stringify([word.reviewer, word.item, word.given]);
    if (!said.has(key) || isLaterWord(word, said.get(key))) said.set(key, word);
  }
  const leads = file.leads.map(({ reviewer, rank, sources }) => ({
    reviewer: sameHandle(reviewer), rank, over: new Set(sources.flatMap((at) => heard[at] ?? []).map(canonical)),
  }));
  said.leads = [...(said.leads ?? []), ...leads];
}

// A name is one name however it is spelt.
const sameHandle = (name) => name.normalize("NFKC").trim().toLowerCase();

function wordsOf(source, givenOf, longestName) {
  const handle = typeof source.reviewer?.id === "string" ? source.reviewer.id : "";
  return source.decisions.map(filledIn).map((one) => {
    const [item, label, seen] = [one.item, one.label, one.given].map((name) => keyOfName(name, longestName));
    return { ...one, item, label, given: seen ?? givenOf.get(item) ?? null, reviewer: sameHandle(handle || String(one.reviewer ?? "")) };
  });
}

// The words on one item that count: without those that a lead has overruled, the highest rank first.
function countedOf(voices, leads = []) {
  const won = new Set();
  let left = voices;
  const ranks = [...groupedBy(leads, ({ rank }) => rank)].sort(([one], [other]) => other - one);
  for (const [, equals] of ranks) {
    const isOwn = ({ reviewer, over }, word) => word.reviewer === reviewer && word.action !== "unsure" && over.has(canonical(word));
    const speaking = equals.filter((lead) => left.some((word) => isOwn(lead, word)));
    for (const { reviewer } of speaking) won.add(reviewer);
    left = left.filter((word) => won.has(word.reviewer) || !speaking.some(({ over }) => over.has(canonical(word))));
  }
  return { counted: left, isLed: won.size > 0 };
}

function isLaterWord(word, other) {
  const order = (one) => [one.round, one.revision, one.at, canonical(one)];
  const [mine, theirs] = [order(word), order(other)];
  const at = mine.findIndex((value, part) => value !== theirs[part]);
  return at >= 0 && mine[at] > theirs[at];
}

function groupedBy(voices, keyOf) {
  const groups = new Map();
  for (const word of voices) {
    const key = keyOf(word);
    if (groups.has(key)) groups.get(key).push(word);
    else groups.set(key, [word]);
  }
  return groups;
}

// Item -> its judgement, of rows that are listed with the label that was seen.
function judgementsOf(said, givenOf) {
  const voices = [...said.values()];
  const people = new Set(voices.map((word) => word.reviewer)).size;
  const fitting = voices.filter((word) => isOfRow(word, givenOf));
  return new Map([...groupedBy(fitting, (word) => word.item)].map(([item, own]) => {
    const { counted, isLed } = countedOf(own, said.leads);
    return [item, judgementOf(counted, isLed ? 1 : people)];
  }));
}

const isOfRow = (word, givenOf) => givenOf.has(word.item) && givenOf.get(word.item) === word.given;

// What reviewers, a word of each, say of one row; `isError`: true, false, or null where nothing is settled or said.
function judgementOf(voices, people) {
  const spokesman = spokesmanOf(voices);
  return {
    isError: isSettled(voices, people) ? isErrorOf(voices) : null,
    isCopy: !isAbsent(spokesman.copy_of),
    isListed: !["control", "rate"].includes(spokesman.sample) || !isAbsent(spokesman.position),
    isBlind: spokesman.shown_suggestion === false,
    round: spokesman.round,
  };
}

// Keeping and choosing the given label are one vote.
function voteOf({ action, label, given, duplicate_of: stays }) {
  if (action === "relabel" && label !== given) return canonical([action, label]);
  if (action === "exclude") return canonical([action]);
  return action === "duplicate" ? canonical([action, stays ?? ""]) : "keep";
}

function leadingVotes(voices) {
  const voting = voices.filter((word) => word.action !== "unsure");
  const votes = [...groupedBy(voting, voteOf).values()].sort((a, b) => b.length - a.length);
  return { voting, leading: votes[0] ?? [] };
}

// All agree, or two thirds of three or more; an exclusion takes two where more than one person reviews.
function isSettled(voices, people) {
  const { voting, leading } = leadingVotes(voices);
  if (!voting.length) return false;
  const agreed = leading.length === voting.length || (voting.length >= MANY_VOTES && 3 * leading.length >= 2 * voting.length);
  return agreed && (leading[0].action !== "exclude" || people === 1 || leading.length > 1);
}

function isErrorOf(voices) {
  if (voices.some((word) => word.reasons.some((reason) => NO_CLASS_FITS.includes(reason)))) return true;
  const { action, label, given } = leadingVotes(voices).leading[0];
  if (action === "duplicate") return null;
  return action === "exclude" || (action === "relabel" && label !== given);
}

// Who says where the row stood: somebody who looked at it, in the latest round.
function spokesmanOf(voices) {
  const order = (word) => [word.round, isAbsent(word.copy_of) ? 1 : 0, word.at, word.reviewer];
  return voices.reduce((best, word) => {
    const [mine, theirs] = [order(word), order(best)];
    const at = mine.findIndex((value, part) => value !== theirs[part]);
    return at >= 0 && mine[at] > theirs[at] ? word : best;
  });
}

// Median seconds that an item took, of an item what its spokesman took; null where nothing says. `before`:
// milliseconds of other items, known already.
function secondsOf(said, givenOf, longest, before) {
  const spokesmen = [...groupedBy(said.values(), (word) => word.item).values()].map((voices) => {
    const fitting = voices.filter((word) => isOfRow(word, givenOf));
    return spokesmanOf(fitting.length ? fitting : voices);
  });
  const own = spokesmen.map((word) => word.ms).filter((ms) => ms);
  const times = [...own, ...before].map((ms) => Math.min(ms, longest)).sort((a, b) => a - b);
  if (!times.length) return null;
  const middle = times.length >> 1;
  return (times.length % 2 ? times[middle] : (times[middle - 1] + times[middle]) / 2) / 1000;
}
