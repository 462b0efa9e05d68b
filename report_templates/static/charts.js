"use strict";

// Charts are drawn when their <details> is opened; plotly is unpacked for the first of them.

const CHART_OPTIONS = { displayModeBar: false, responsive: true };

let unpacking = null;

async function unpackPlotly() {
  const bytes = Uint8Array.from(atob(byId("plotly-gz").textContent), (character) => character.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  const script = document.createElement("script");
  script.textContent = await new Response(plain).text();
  document.head.append(script); // runs because the page's policy names its hash
  return window.Plotly;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

function theme() {
  const [text, line, surface] = [colour("--muted"), colour("--line"), colour("--surface")];
  return {
    "font.color": text,
    "font.family": getComputedStyle(document.body).fontFamily,
    "font.size": 12,
    "xaxis.gridcolor": line,
    "yaxis.gridcolor": line,
    "hoverlabel.bgcolor": surface,
    "hoverlabel.bordercolor": line,
    "hoverlabel.font.color": colour("--text"),
  };
}

async function draw(chart) {
  const place = chart.querySelector(".plot");
  place.textContent = words.drawing;
  try {
    unpacking ??= unpackPlotly();
    const plotly = await unpacking;
    const figure = readJson(chart.dataset.figure);
    const drawing = document.createElement("div");
    drawing.className = "drawing";
    drawing.style.height = `${figure.layout.height}px`;
    drawing.style.minWidth = `${figure.layout.meta.least_width}px`;
    place.replaceChildren(drawing);
    await plotly.newPlot(drawing, figure.data, figure.layout, CHART_OPTIONS);
    await plotly.relayout(drawing, theme());
    chart.dataset.drawn = "yes";
  } catch {
    place.textContent = words.no_chart;
  }
}

function startCharts() {
  for (const chart of document.querySelectorAll("details.chart")) {
    chart.addEventListener("toggle", () => {
      if (chart.open && !chart.dataset.asked) draw(chart);
      chart.dataset.asked = "yes";
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    for (const drawing of document.querySelectorAll("[data-drawn] .drawing")) window.Plotly.relayout(drawing, theme());
  });
}
