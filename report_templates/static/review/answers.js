"use strict";

// The answers: keep or accept, side by side in an order of their own, and all others as near as these.

function card(name, body, verb, click, { tone, action, pressed, off }) {
  return button(
    [el("span", { class: "face" }, el("span", { class: "name", text: name }), body), el("span", { class: "verb", text: verb })],
    click,
    { tone: `card ${tone}`, action, pressed, ...(off ? { "aria-disabled": "true" } : {}) },
  );
}

function suggestionCard(item, open, record, act) {
  const suggested = open ? item.suggested : null;
  const accepted = Boolean(record && suggested && record.action === "relabel" && record.label === suggested);
  const body = suggested ? label(suggested, "suggested") : el("span", { class: "veil", text: open ? words.no_suggestion : words.blind });
  return card(words.suggested, body, words.accept, act.accept, { tone: "accept", action: "accept", pressed: String(accepted), off: !suggested });
}

function answers(item, open, record, act) {
  const noneFits = record?.reasons.some((reason) => ERROR_REASONS.includes(reason));
  const pressed = (action) => String(record?.action === action && !noneFits);
  const plain = (action, click) => button(words[action], click, { action, pressed: pressed(action) });
  return el("div", { class: "answers" },
    el("div", { class: "labels" },
      card(words.given, label(item.given, "given"), words.keep, act.keep, { tone: "keep", action: "keep", pressed: pressed("keep") }),
      suggestionCard(item, open, record, act)),
    open && item.reason ? el("p", { class: "why" }, value(item.reason, "content")) : null,
    open && item.badges.length ? el("p", { class: "badges" }, ...item.badges.map((text) => el("span", { class: "badge", text }))) : null,
    el("div", { class: "others" },
      plain("unsure", act.unsure),
      ...ERROR_REASONS.map((reason) => button(words.reasons[reason], () => act.noneFits(reason),
        { at: `none-${reason}`, pressed: String(Boolean(record?.reasons.includes(reason))) })),
      plain("exclude", act.exclude),
      item.copies.length + item.near.length ? plain("duplicate", act.duplicate) : null));
}

function remarks(said, { onReason, onComment }) {
  const area = el("textarea", { id: "comment", rows: "2", maxlength: "5000", placeholder: words.comment_hint, "aria-label": words.comment, "data-at": "comment" });
  area.value = said.comment;
  onComment(area);
  const chip = (reason) => button(words.reasons[reason], () => onReason(reason), { tone: "chip", at: `reason-${reason}`, pressed: String(said.reasons.includes(reason)) });
  const hint = keyOf("comment");
  return el("div", { class: "remarks" },
    el("h2", {}, words.remarks, hint ? key(hint) : null),
    el("div", { class: "chips", role: "group", "aria-label": words.reasons_title }, ...OTHER_REASONS.map(chip)),
    area);
}
