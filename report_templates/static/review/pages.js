"use strict";

// What stands around the work: welcome, end, guidelines, keys and settings.

const messageOf = (error) => words.load_errors[error?.code] ?? words.load_errors["not-decisions"];

function filePicker(taken) {
  const input = el("input", { type: "file", accept: ".json,application/json", id: "load", class: "visually-hidden", "aria-label": words.load });
  input.addEventListener("change", async () => {
    const [file] = input.files;
    input.value = "";
    if (file) taken(await file.text());
  });
  return input;
}

function resumeButton(one, start) {
  return button([fill(words.resume, { n: number(one.count) }), value(one.reviewer)], () => start(one.reviewer), { tone: "resume" });
}

function openWelcome(review, start) {
  const place = byId("welcome");
  const { data } = review;
  const said = el("p", { class: "error", role: "alert" });
  const handle = el("input", { id: "handle", type: "text", maxlength: "40", autocomplete: "nickname", spellcheck: "false", required: true, "aria-describedby": "handle-help" });
  const form = el("form", {},
    el("label", { for: "handle", text: words.handle }), el("p", { id: "handle-help", class: "small", text: words.handle_help }),
    el("div", { class: "line" }, handle, el("button", { type: "submit", class: "primary", text: words.start })), said);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = handle.value.trim().normalize("NFC");
    if (HANDLE.test(name)) start(name);
    else { said.textContent = words.bad_handle; handle.focus(); }
  });
  const load = filePicker((text) => {
    try {
      const counts = loadFile(review, text);
      start(review.reviewer, fill(words.loaded, { n: number(counts.taken) }));
    } catch (error) {
      said.textContent = messageOf(error);
    }
  });
  const found = review.found();
  const many = data.items.length;
  const blind = data.items.some((item) => item.blind);
  place.replaceChildren(...[
    el("p", { class: "eyebrow", text: words.review }),
    el("h1", {}, value(data.dataset.name)),
    el("p", { class: "lead", text: many ? fill(words.how_many, { n: number(many), time: timeLeft(many * data.seconds) }) : words.nothing }),
    data.report.part === "1/1" ? null : el("p", { class: "note", text: fill(words.part, { part: data.report.part }) }),
    many ? el("ul", { class: "rules" },
      el("li", { text: words.rule_task }), blind ? el("li", { text: words.rule_blind }) : null, el("li", { text: words.rule_unsure }), el("li", { text: words.rule_saved })) : null,
    found.length ? el("div", { class: "found" }, ...found.map((one) => resumeButton(one, start))) : null,
    many ? form : null,
    many ? el("p", { class: "small" }, load, el("label", { for: "load", class: "link", text: words.load })) : null,
    data.guidelines ? el("details", { class: "panel" }, el("summary", { text: words.guidelines }), el("div", { class: "guide", dir: "auto" }, value(data.guidelines, "content"))) : null,
    data.contact ? el("p", { class: "small" }, words.contact, " ", value(data.contact)) : null,
  ].filter(Boolean));
}

function openEnd(review, { onBack, onExport, onCsv }) {
  const counts = review.counts();
  const rows = ["keep", "relabel", "exclude", "duplicate", "unsure"].filter((name) => counts[name]);
  byId("end").replaceChildren(...[
    el("h1", { text: counts.left ? fill(words.not_done, { n: number(counts.left) }) : words.all_done }),
    el("table", { class: "counts" },
      el("caption", { class: "small", text: words.so_far }),
      el("tbody", {}, ...rows.map((name) => el("tr", {}, el("th", { scope: "row", text: words.states[name] }), el("td", { text: number(counts[name]) }))))),
    el("p", { text: review.data.contact ? words.send_to : words.send }),
    review.data.contact ? el("p", { class: "contact" }, value(review.data.contact)) : null,
    el("div", { class: "line" },
      button(words.export_file, onExport, { tone: "primary" }), button(words.export_csv, onCsv), button(words.back, onBack)),
    el("p", { class: "small", text: counts.unexported ? fill(words.not_exported, { n: number(counts.unexported) }) : words.exported_all }),
  ].filter(Boolean));
}

function toggle(text, help, on, change) {
  const box = el("input", { type: "checkbox" });
  box.checked = on;
  box.addEventListener("change", () => change(box.checked));
  return el("div", { class: "setting" }, el("label", { class: "tick" }, box, text), el("p", { class: "small", text: help }));
}

function keyRow(action, settings, save, redraw) {
  const [bound] = Object.entries(settings.map).find(([, name]) => name === action) ?? [""];
  const input = el("input", { type: "text", maxlength: "1", value: bound.toUpperCase(), "aria-label": words.actions[action], class: "keycap" });
  input.addEventListener("change", () => {
    const name = input.value.trim().toLowerCase();
    const taken = settings.map[name];
    if (!/^[!-~]$/.test(name) || (taken && taken !== action)) {
      byId("live").textContent = taken ? fill(words.key_taken, { key: name.toUpperCase(), action: words.actions[taken] }) : words.key_bad;
      input.value = bound.toUpperCase();
      return;
    }
    delete settings.map[bound];
    settings.map[name] = action;
    save();
    redraw();
  });
  return el("tr", {}, el("th", { scope: "row", text: words.actions[action] }), el("td", {}, input));
}

function openHelp(settings, save) {
  const place = byId("help-body");
  const redraw = () => openHelp(settings, save);
  const actions = [...new Set(Object.values(KEY_MAP))].filter((action) => words.actions[action]);
  place.replaceChildren(
    toggle(words.single_keys, words.single_keys_help, settings.keys, (on) => { settings.keys = on; save(); }),
    toggle(words.move_on, words.move_on_help, settings.advance, (on) => { settings.advance = on; save(); }),
    el("fieldset", { class: "setting" }, el("legend", { text: words.theme }),
      ...["auto", "light", "dark"].map((name) => {
        const input = el("input", { type: "radio", name: "theme", value: name });
        input.checked = settings.theme === name;
        input.addEventListener("change", () => { settings.theme = name; save(); });
        return el("label", { class: "tick" }, input, words.themes[name]);
      })),
    el("h2", { text: words.keys }),
    el("p", { class: "small", text: words.keys_help }),
    el("table", { class: "keys" }, el("tbody", {}, ...actions.map((action) => keyRow(action, settings, save, redraw)))),
    el("p", { class: "small", text: words.keys_fixed }));
}
