"use strict";

// Starts the page: welcome, work, end; where the work is saved is said at all times.

const NAG = 25;

const data = readJson("review-data");
const review = openReview(data, storeOf(() => window.localStorage));
let nagged = 0;
let notice = "";
let exportedAs = "";

function saveSettings() {
  applySettings();
  if (!review.reviewer) return;
  review.store.putNote(review.reviewer, "settings", settings);
  work.refresh();
}

function open(name) {
  for (const part of ["welcome", "work", "end"]) byId(part).hidden = part !== name;
  byId("bar").hidden = name === "welcome";
  byId("dock").hidden = name === "welcome";
  if (name === "end") scrollTo({ top: 0, behavior: "instant" });
}

const isShown = (name) => !byId(name).hidden;

function exportFile() {
  work.settle();
  const made = exportJson(review);
  download(made, "application/json");
  nagged = 0;
  exportedAs = fill(words.exported_as, { name: made.name });
  review.markExported();
  byId("live").textContent = exportedAs;
}

// The copy for a spreadsheet is not what is sent back: it leaves open what is still to be exported.
function exportSheet() {
  work.settle();
  const made = exportCsv(review);
  download(made, "text/csv");
  byId("live").textContent = fill(words.exported_as, { name: made.name });
}

function drawEnd() {
  openEnd(review, exportedAs, { onBack: backToWork, onExport: exportFile, onCsv: exportSheet });
}

function showEnd() {
  work.settle();
  exportedAs = "";
  drawEnd();
  open("end");
  byId("end").querySelector("h1").focus();
}

function backToWork() {
  open("work");
  work.show(review.next(null) ?? work.current);
}

const work = openWork(review, { onEnd: showEnd, onExport: exportFile });

function begin(handle, said = "") {
  if (review.reviewer !== handle) review.start(handle);
  takeSettings(review.store.note(review.reviewer, "settings"));
  notice = said;
  byId("who").replaceChildren(value(review.reviewer));
  open("work");
  work.first();
  drawBars();
}

function drawProgress(counts) {
  const share = counts.total ? counts.done / counts.total : 0;
  const bar = byId("progress");
  bar.max = counts.total || 1;
  bar.value = counts.done;
  byId("progress-text").textContent = fill(words.progress, {
    done: number(counts.done), total: number(counts.total), share: `${Math.floor(100 * share)}%`,
  });
  byId("time-left").textContent = counts.left ? fill(words.time_left, { time: timeLeft(counts.secondsLeft) }) : "";
}

function drawSaved(counts) {
  const { works, at, why } = review.saved;
  const place = works ? (at ? fill(words.saved, { time: clock(at) }) : words.will_save) : words.storage[why];
  byId("saved").textContent = place;
  byId("unexported").textContent = counts.unexported ? fill(words.not_exported, { n: number(counts.unexported) }) : counts.done ? words.exported_all : "";
  byId("danger").hidden = works;
  byId("danger-text").textContent = works ? "" : words.storage_help[why];
  byId("undo").setAttribute("aria-disabled", String(!review.canUndo));
  byId("redo").setAttribute("aria-disabled", String(!review.canRedo));
}

function drawNotes(counts) {
  const due = Math.floor(counts.unexported / NAG);
  if (due === 0) nagged = 0;
  byId("nag").hidden = due <= nagged;
  byId("nag-text").textContent = fill(words.nag, { n: number(counts.unexported) });
  if (review.canUndo) notice = ""; // it was read before the first decision
  byId("notice").hidden = notice === "";
  byId("notice").textContent = notice;
}

function drawBars() {
  const counts = review.counts();
  drawProgress(counts);
  drawSaved(counts);
  drawNotes(counts);
  if (isShown("end")) drawEnd();
}

function openDialog(name) {
  const dialog = byId(name);
  if (name === "help") openHelp(saveSettings);
  if (!dialog.open) dialog.showModal();
}

function leaveField(event) {
  if (!event.target?.closest?.(FIELDS) || !isShown("work")) return;
  event.target.blur();
  byId("item").focus({ preventScroll: true });
}

function run(action, event) {
  if (action === "leave") { leaveField(event); return false; }
  if (action === "help" || action === "guidelines") return openDialog(action === "help" ? "help" : "guide");
  if (isShown("welcome")) return false;
  if (action === "export") return exportFile();
  if (isShown("work")) return work.run[action]?.();
  if (action !== "undo" && action !== "redo") return false;
  if (action === "undo" ? review.canUndo : review.canRedo) open("work");
  return work.run[action]();
}

function listen() {
  openKeys({ on: () => settings.keys, run, map: () => settings.map });
  review.onChange(() => { drawBars(); work.refresh(); });
  byId("list-toggle").addEventListener("click", () => showList(!document.body.classList.contains("with-list")));
  byId("open-guide").addEventListener("click", () => openDialog("guide"));
  byId("open-help").addEventListener("click", () => openDialog("help"));
  byId("open-end").addEventListener("click", showEnd);
  for (const name of ["undo", "redo"]) byId(name).addEventListener("click", () => run(name));
  for (const button of document.querySelectorAll("[data-export]")) button.addEventListener("click", exportFile);
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
  byId("zoom").addEventListener("click", (event) => { if (!event.target.closest("button")) byId("zoom").close(); });
  byId("nag-later").addEventListener("click", () => { nagged = Math.floor(review.counts().unexported / NAG); drawBars(); });
  addEventListener("beforeunload", (event) => {
    work.settle(); // a comment being typed is kept
    if (review.reviewer && review.counts().unexported) event.preventDefault();
  });
  addEventListener("pagehide", work.settle);
}

// The colours somebody chose here before are theirs before they say who they are.
function start() {
  const kept = review.found().map((one) => review.store.note(one.reviewer, "settings")).find((one) => THEMES.includes(one?.theme));
  takeSettings(kept ? { theme: kept.theme } : null);
  openWelcome(review, begin);
  open("welcome");
  byId("guide-body").append(data.guidelines ? value(data.guidelines, "content") : words.no_guidelines);
  listen();
}

start();
