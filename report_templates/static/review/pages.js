"use strict";

// What stands around the work: the welcome and the end.

const SHORT_GUIDELINES = 600;
const messageOf = (error) => words.load_errors[error?.code] ?? words.load_errors["not-decisions"];

function filePicker(taken) {
  const input = el("input", { type: "file", accept: ".json,application/json", id: "load", class: "visually-hidden", "aria-label": words.load });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (file) taken(await file.text().catch(() => ""));
    input.value = "";
  });
  return input;
}

function resumeButton(one, start) {
  return button([fill(words.resume, { n: number(one.count) }), value(one.reviewer)], () => start(one.reviewer), { tone: "primary resume" });
}

function handleForm(said, start) {
  const handle = el("input", { id: "handle", type: "text", maxlength: "40", autocomplete: "nickname", spellcheck: "false", required: true, "aria-describedby": "handle-help" });
  const form = el("form", {},
    el("label", { for: "handle", text: words.handle }), el("p", { id: "handle-help", class: "small", text: words.handle_help }),
    el("div", { class: "line" }, handle, el("button", { type: "submit", class: "primary", text: words.start })));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = handle.value.trim().normalize("NFC");
    if (HANDLE.test(name)) start(name);
    else { said.textContent = words.bad_handle; handle.focus(); }
  });
  return form;
}

// A page that is made for somebody asks for no name; who is somebody else says so.
function whoIsIt(owner, isFound, said, start) {
  if (!owner) return handleForm(said, start);
  const place = el("div", { class: "owner" });
  const other = () => { place.replaceChildren(handleForm(said, start)); byId("handle").focus(); };
  const begin = button(words.start, () => start(owner), { tone: "primary", at: "owner" });
  const choice = el("div", { class: "line" }, isFound ? null : begin, button(words.somebody_else, other, { tone: "quiet", at: "somebody-else" }));
  place.append(...(isFound ? [] : [el("p", {}, words.made_for, " ", el("strong", {}, value(owner)))]), choice);
  return place;
}

const commonRule = ({ assigned }) => (assigned?.common ? fill(words.rule_common, { common: number(assigned.common), rows: number(assigned.rows) }) : null);

function rules(data) {
  const blind = data.items.some((item) => item.blind);
  const settles = data.items.some((item) => item.said);
  const sentences = [settles ? words.rule_settle : words.rule_task, blind ? words.rule_blind : null, words.rule_unsure, commonRule(data), words.rule_saved];
  return el("ul", { class: "rules" }, ...sentences.filter(Boolean).map((text) => el("li", { text })));
}

function guidelines(data) {
  if (!data.guidelines) return null;
  return el("details", { class: "panel", open: data.guidelines.length <= SHORT_GUIDELINES },
    el("summary", { text: words.guidelines }), el("div", { class: "guide", dir: "auto" }, value(data.guidelines, "content")));
}

function openWelcome(review, start) {
  const { data } = review;
  const said = el("p", { class: "error", role: "alert" });
  const many = data.items.length;
  const load = filePicker((text) => {
    try {
      const counts = loadFile(review, text);
      start(review.reviewer, fill(words.loaded, { n: number(counts.taken) }));
    } catch (error) {
      said.textContent = messageOf(error);
    }
  });
  const found = review.found();
  const owner = data.assigned?.reviewer;
  byId("welcome").replaceChildren(...[
    el("p", { class: "eyebrow", text: words.review }),
    el("h1", {}, named(data.dataset.name)),
    el("p", { class: "lead", text: many ? fill(words.how_many, { n: number(many), time: timeLeft(many * data.seconds) }) : words.nothing }),
    data.report.part === "1/1" ? null : el("p", { class: "note", text: fill(words.part, { part: data.report.part }) }),
    many ? rules(data) : null,
    found.length ? el("div", { class: "found" }, ...found.map((one) => resumeButton(one, start))) : null,
    many ? whoIsIt(owner, found.some((one) => one.reviewer === owner), said, start) : null,
    said,
    many ? el("p", { class: "small" }, load, el("label", { for: "load", class: "link", text: words.load })) : null,
    guidelines(data),
    data.contact ? el("p", { class: "small" }, words.contact, " ", named(data.contact)) : null,
  ].filter(Boolean));
}

function countRow(name, counts) {
  return el("tr", {},
    el("th", { scope: "row" }, el("span", { class: `dot ${name}`, "aria-hidden": "true" }), words.states[name]),
    el("td", { text: number(counts[name]) }));
}

function openEnd(review, said, { onBack, onExport, onCsv }) {
  const counts = review.counts();
  const rows = [...ACTIONS.filter((name) => counts[name]), ...(counts.left ? ["undecided"] : [])];
  redraw(byId("end"), [
    el("h1", { tabindex: "-1", text: counts.left ? fill(words.not_done, { n: number(counts.left) }) : words.all_done }),
    el("table", { class: "counts" },
      el("caption", { class: "small", text: words.so_far }),
      el("tbody", {}, ...rows.map((name) => countRow(name, { ...counts, undecided: counts.left })))),
    el("p", { text: review.data.contact ? words.send_to : words.send }),
    review.data.contact ? el("p", { class: "contact" }, named(review.data.contact)) : null,
    el("div", { class: "line" },
      button(words.export_file, onExport, { tone: "primary", action: "export" }),
      button(words.export_csv, onCsv, { at: "csv" }),
      button(words.back, onBack, { tone: "quiet", at: "back" })),
    said ? el("p", { class: "note", text: said }) : null,
    el("p", { class: "small", text: counts.unexported ? fill(words.not_exported, { n: number(counts.unexported) }) : counts.done ? words.exported_all : "" }),
  ]);
}
