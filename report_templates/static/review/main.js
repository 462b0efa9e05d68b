"use strict";

// Starts the page: welcome, work, end; where the work is saved is said at all times.

const NAG = 25;
const DEFAULTS = { keys: true, advance: true, theme: "auto", map: null };

const data = readJson("review-data");
const review = openReview(data, storeOf(() => window.localStorage));
const settings = { ...DEFAULTS, map: { ...KEY_MAP } };
let nagged = 0;
let notice = "";

function applyTheme() {
  document.documentElement.dataset.theme = settings.theme;
}

function saveSettings() {
  applyTheme();
  if (review.reviewer) review.store.putNote(review.reviewer, "settings", settings);
}

function loadSettings() {
  const kept = review.store.note(review.reviewer, "settings") ?? {};
  Object.assign(settings, DEFAULTS, { map: { ...KEY_MAP } });
  for (const name of ["keys", "advance"]) if (typeof kept[name] === "boolean") settings[name] = kept[name];
  if (["auto", "light", "dark"].includes(kept.theme)) settings.theme = kept.theme;
  const bound = Object.entries(kept.map ?? {}).filter(([, action]) => Object.values(KEY_MAP).includes(action));
  if (bound.length === Object.keys(KEY_MAP).length) settings.map = Object.fromEntries(bound);
  applyTheme();
}

function open(name) {
  for (const part of ["welcome", "work", "end"]) byId(part).hidden = part !== name;
  byId("bar").hidden = name === "welcome";
  byId("dock").hidden = name === "welcome";
  if (name === "end") scrollTo({ top: 0, behavior: "instant" });
}

function exportAs(made, type) {
  download(made, type);
  review.markExported();
  nagged = 0;
  byId("live").textContent = fill(words.exported_as, { name: made.name });
}

const exportFile = () => exportAs(exportJson(review), "application/json");
const exportSheet = () => exportAs(exportCsv(review), "text/csv");

function showEnd() {
  openEnd(review, { onBack: () => { open("work"); work.refresh(); }, onExport: exportFile, onCsv: exportSheet });
  open("end");
  byId("end").querySelector("h1").focus();
}

const work = openWork(review, settings, { onEnd: showEnd, onExport: exportFile });

function begin(handle, said = "") {
  if (review.reviewer !== handle) review.start(handle);
  loadSettings();
  notice = said;
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
}

function drawNag(counts) {
  const due = Math.floor(counts.unexported / NAG);
  if (due === 0) nagged = 0;
  const nag = byId("nag");
  nag.hidden = due <= nagged;
  byId("nag-text").textContent = fill(words.nag, { n: number(counts.unexported) });
  byId("notice").hidden = notice === "";
  byId("notice").textContent = notice;
}

function drawBars() {
  const counts = review.counts();
  drawProgress(counts);
  drawSaved(counts);
  drawNag(counts);
}

function openDialog(name) {
  const dialog = byId(name);
  if (name === "help") openHelp(settings, saveSettings);
  if (!dialog.open) dialog.showModal();
}

function run(action, event) {
  if (action === "leave") {
    if (event.target?.closest?.(FIELDS)) { event.target.blur(); byId("item").focus({ preventScroll: true }); }
    return false;
  }
  if (action === "help" || action === "guidelines") return openDialog(action === "help" ? "help" : "guide");
  if (byId("welcome").hidden === false) return false;
  if (action === "export") return exportFile();
  if (byId("work").hidden) return false;
  return work.run[action]?.();
}

function start() {
  const found = review.found();
  for (const one of found) {
    const kept = review.store.note(one.reviewer, "settings");
    if (["light", "dark"].includes(kept?.theme)) { settings.theme = kept.theme; applyTheme(); break; }
  }
  openWelcome(review, begin);
  open("welcome");
  openKeys({ on: () => settings.keys, run, map: () => settings.map });
  review.onChange(() => { drawBars(); work.refresh(); });
  byId("guide-body").append(data.guidelines ? value(data.guidelines, "content") : words.no_guidelines);
  byId("list-toggle").addEventListener("click", () => {
    const shown = document.body.classList.toggle("with-list");
    byId("list-toggle").setAttribute("aria-expanded", String(shown));
  });
  byId("open-guide").addEventListener("click", () => openDialog("guide"));
  byId("open-help").addEventListener("click", () => openDialog("help"));
  byId("open-end").addEventListener("click", showEnd);
  for (const button of document.querySelectorAll("[data-export]")) button.addEventListener("click", exportFile);
  for (const button of document.querySelectorAll("[data-close]")) button.addEventListener("click", () => button.closest("dialog").close());
  byId("nag-later").addEventListener("click", () => { nagged = Math.floor(review.counts().unexported / NAG); drawBars(); });
  addEventListener("beforeunload", (event) => {
    document.activeElement?.blur?.(); // a comment being typed is kept
    if (review.reviewer && review.counts().unexported) event.preventDefault();
  });
  addEventListener("pagehide", () => document.activeElement?.blur?.());
}

start();
