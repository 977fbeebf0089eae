// Behaviour of a layer page. Data comes from the page itself, so that it works from file://.
"use strict";

const byId = id => document.getElementById(id);
const data = JSON.parse(byId("atlas-data").textContent);
const grid = byId("grid");
const items = [...grid.children];
const dialog = byId("channel");

// An objective that is no number travels as a word ("NaN"); it sorts and filters as if there were none.
const finite = value => typeof value === "number" && Number.isFinite(value);
const tileOf = item => data.tiles[item.dataset.index];
const linkOf = item => item.firstElementChild;
const shownItems = () => [...grid.children].filter(item => !item.hidden);

// ---- order and filters ----

function order() {
  const direction = { up: 1, down: -1 }[byId("order").value];
  const position = item => Number(item.dataset.index);
  const byTrust = byId("order").value === "trust";
  const value = tile => byTrust ? tile.scores?.trust : finite(tile.final) ? direction * tile.final : undefined;
  const rank = item => value(tileOf(item)) ?? Infinity;
  // Infinity - Infinity is NaN, which falls through to the order of channels, as 0 does.
  items.sort((a, b) => ((direction || byTrust) && rank(a) - rank(b)) || position(a) - position(b));
  grid.append(...items);
}

function leastObjective() {
  const slider = byId("least");
  if (!slider || slider.value === slider.min) return null;
  const { low, high } = slider.dataset;
  return Number(low) + (Number(high) - Number(low)) * slider.value / slider.max;
}

function fits(item, text, least, outcomes) {
  const tile = tileOf(item);
  return (!text || String(tile.channel).startsWith(text) || (tile.label ?? "").toLowerCase().includes(text))
    && (least === null || (finite(tile.final) && tile.final >= least))
    && (!outcomes || outcomes.has(item.dataset.outcome));
}

function filter() {
  const text = byId("find").value.trim().toLowerCase();
  const least = leastObjective();
  const boxes = [...document.querySelectorAll("input[name=outcome]")];
  const outcomes = boxes.length ? new Set(boxes.filter(box => box.checked).map(box => box.value)) : null;
  for (const item of items) item.hidden = !fits(item, text, least, outcomes);

  const shown = shownItems();
  if (byId("least")) byId("least-value").value = least === null ? "any" : figure(least);
  byId("shown").textContent = shown.length === items.length ? `${items.length} shown` : `${shown.length} of ${items.length} shown`;
  byId("empty").hidden = shown.length > 0;
  keepOneTabStop(shown[0]);
}

function reset() {
  document.querySelector(".tools").reset();
  zoom();
  order();
  filter();
}

const zoom = () => document.documentElement.style.setProperty("--tile", `${byId("zoom").value}px`);

// ---- keyboard in the grid: one tab stop, arrows move it ----

function keepOneTabStop(item) {
  for (const other of items) linkOf(other).tabIndex = other === item ? 0 : -1;
}

function columns(shown) {
  const top = shown[0].offsetTop;
  const second = shown.findIndex(item => item.offsetTop > top);
  return second < 0 ? shown.length : second;
}

function moveInGrid(event) {
  const item = event.target.closest("li");
  const shown = shownItems();
  const at = shown.indexOf(item);
  const to = {
    ArrowLeft: () => at - 1,
    ArrowRight: () => at + 1,
    ArrowUp: () => at - columns(shown),
    ArrowDown: () => at + columns(shown),
    Home: () => 0,
    End: () => shown.length - 1,
  }[event.key]?.();
  if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  if (shown[to]) focusItem(shown[to]);
}

function focusItem(item) {
  keepOneTabStop(item);
  linkOf(item).focus();
}

// ---- one channel, opened by its permalink ----

const anchorOf = item => linkOf(item).getAttribute("href");

function addressed() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  if (!wanted.has("channel")) return null;
  const channel = Number(wanted.get("channel"));
  return items.find(item => tileOf(item).channel === channel
    && (!wanted.has("seed") || tileOf(item).seed === Number(wanted.get("seed"))));
}

function followAddress() {
  const item = addressed();
  if (!item) {
    if (dialog.open) dialog.close();
    return;
  }
  fill(item);
  if (!dialog.open) {
    dialog.showModal();
    byId("channel-title").focus();
  }
  dialog.scrollTop = 0;
}

function step(by) {
  const shown = shownItems();
  const next = shown[shown.indexOf(addressed()) + by];
  if (next) location.replace(anchorOf(next));
}

function closed() {
  const item = addressed();
  history.replaceState(null, "", location.pathname + location.search);
  if (item && !item.hidden) focusItem(item);
}

function fill(item) {
  const tile = tileOf(item);
  const others = shownItems();
  const at = others.indexOf(item);
  byId("channel-title").textContent = title(tile);
  byId("figure").replaceChildren(...picture(tile, item));
  byId("explanation").textContent = tile.explanation ?? "";
  byId("people").textContent = people(tile);
  byId("people").hidden = !byId("people").textContent;
  const shown = photographs(tile);
  byId("photographs").hidden = shown.length === 0;
  byId("photographs").replaceChildren(...shown);
  byId("objective").hidden = tile.final === undefined;
  byId("initial").textContent = figure(tile.initial);
  byId("final").textContent = figure(tile.final);
  byId("chart").replaceChildren(...chart(tile));
  byId("seeds").replaceChildren(...seeds(item));
  byId("scores").hidden = !tile.scores;
  byId("score-lines").replaceChildren(...scores(tile));
  const like = alike(tile);
  byId("alike").hidden = like.length === 0;
  byId("alike").replaceChildren(...like);
  byId("command").replaceChildren(...command(tile));
  byId("facts").replaceChildren(...facts(tile).map(([name, value]) =>
    element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  byId("previous").disabled = at <= 0;
  byId("next").disabled = at < 0 || at === others.length - 1;
}

const title = tile => `Channel ${tile.channel}${tile.label ? `, ${tile.label}` : ""}${data.seeds.length > 1 ? `, seed ${tile.seed}` : ""}`;

function picture(tile, item) {
  if (!tile.picture) return [item.querySelector(".placeholder").cloneNode(true)];
  const description = `The picture that excites channel ${tile.channel} of ${data.layer} most`;
  const image = element("img", { src: tile.picture, alt: description, width: data.size, height: data.size });
  return [
    element("a", { href: tile.picture, "aria-label": `${description}; opens the file` }, image),
    element("figcaption", {}, `${data.size} \u00d7 ${data.size} px, ${Math.max(1, Math.round(tile.bytes / 1024))} KB PNG`),
  ];
}

// ---- what people told in a quiz ----

function people(tile) {
  const told = (data.people?.[tile.channel] ?? []).filter(one => !one.picture || one.picture === tile.sha256);
  if (!told.length) return "";
  const shown = { picture: "its picture", photographs: "photographs that excite it", control: "nothing" };
  const parts = told.map(one => `${one.right} of ${one.answers}, shown ${shown[one.condition]} (95 % interval of the share ${one.low.toFixed(2)} to ${one.high.toFixed(2)})`);
  return `Told by people, which of two photographs excites it more: ${parts.join("; ")}. By chance half.`;
}

// ---- how far it can be trusted ----

const scores = tile => (tile.scores?.lines ?? []).map(({ name, value, meaning }) =>
  element("div", { title: meaning }, element("dt", {}, name, element("span", { class: "unseen" }, `. ${meaning}`)), element("dd", {}, value)));

// ---- channels that are like it ----

const comparisons = { responses: "by their responses to photographs", weights: "by their weights", picture: "by their pictures" };

function alike(tile) {
  return (data.alike?.[tile.channel] ?? []).flatMap(({ by, isAcross, channels }, i) => [
    element("h3", { id: `alike-${i}` }, `Most like it${isAcross ? " elsewhere" : ""}, ${comparisons[by]}`),
    element("ol", { "aria-labelledby": `alike-${i}` }, ...channels.map(alikeChannel)),
  ]);
}

function alikeChannel({ model, layer, channel, likeness, isMutual, page, thumbnail }) {
  const name = `${model === data.model ? "" : `${model} / `}${layer === data.layer && model === data.model ? "" : `${layer} / `}${channel}`;
  const image = thumbnail
    ? element("img", { src: data.root + thumbnail, alt: "", width: 96, height: 96, loading: "lazy", decoding: "async" })
    : element("span", { class: "name", "aria-hidden": "true" });
  const words = [image, element("span", {}, name), element("span", { class: "objective" }, likeness.toFixed(2), isMutual ? " mutual" : "")];
  return element("li", {}, page ? element("a", { href: data.root + page }, ...words) : element("div", {}, ...words));
}

// ---- the photographs that excite it most and least ----

function photographs(tile) {
  const found = data.photographs?.channels[tile.channel];
  if (!found) return [];
  const words = [
    found.bestLabel ? `It tells \u201c${found.bestLabel}\u201d best from the rest: area under the curve ${found.bestArea.toFixed(3)}.` : "",
    finite(found.quantile99) ? `99 of 100 respond with at most ${figure(found.quantile99)}.` : "",
  ].filter(Boolean).join(" ");
  return [
    ...row("Photographs that excite it most", found.top),
    ...row("and least", found.bottom),
    element("p", { class: "note" }, `Of ${data.photographs.count.toLocaleString("en")} photographs; shown is what the channel sees of each at its strongest place, for the least at its weakest. ${words}`),
  ];
}

function row(title, some) {
  if (!some.photographs.length) return [];
  const id = `photographs-${title.replaceAll(" ", "-")}`;
  return [
    element("h3", { id }, title),
    element("ol", { "aria-labelledby": id }, ...some.photographs.map((place, i) => photograph(data.photographs.names[place], some.responses[i], some.crops[i]))),
  ];
}

function photograph({ name, label }, response, crop) {
  const words = label ? `${name}, ${label}` : name;
  const image = crop
    ? element("img", { src: `${data.crops}${crop.slice(0, 2)}/${crop.slice(2)}.webp`, alt: words, title: words, width: 96, height: 96, loading: "lazy", decoding: "async" })
    : element("span", { class: "name" }, words);
  return element("li", {}, image, element("span", { class: "objective" }, figure(response)));
}

// A line breaks before an option, never inside one.
const command = tile => tile.command.split(/ (?=--)/).flatMap((part, i) => [i ? " " : "", element("span", {}, part)]);

function seeds(item) {
  const channel = tileOf(item).channel;
  const others = items.filter(other => tileOf(other).channel === channel).sort((a, b) => tileOf(a).seed - tileOf(b).seed);
  if (others.length < 2) return [];
  return others.map(other => {
    const link = element("a", { href: anchorOf(other) }, linkOf(other).firstElementChild.cloneNode(true), `seed ${tileOf(other).seed}`);
    if (other === item) link.setAttribute("aria-current", "true");
    return link;
  });
}

function facts(tile) {
  const environment = data.environments[tile.environment];
  return [
    ["model", data.model],
    ["layer", data.layer],
    ["channel", tile.channel],
    ["label", tile.label],
    ["seed", tile.seed],
    ["outcome", tile.outcome],
    ["recipe", `${data.recipe}, ${data.recipeHash}`],
    ["weights", data.weights],
    ["drawn by", environment?.software],
    ["backend", environment?.backend],
    ["processor", environment?.processor],
    ["threads", environment?.threads],
    ["batch size", environment?.batchSize],
    ["picture sha256", tile.sha256],
  ].filter(([, value]) => value !== undefined && value !== null).map(([name, value]) => [name, String(value)]);
}

// ---- the objective's curve ----

function chart(tile) {
  const points = (tile.trajectory ?? [])
    .map((value, i) => [(tile.steps ?? data.steps)[i], value])
    .filter(([step, value]) => finite(step) && finite(value));
  if (points.length < 2) return [];

  const [width, height, left, bottom] = [360, 120, 44, 18];
  const values = points.map(([, value]) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const last = points.at(-1)[0];
  const x = step => left + (width - left - 6) * step / last;
  const y = value => 6 + (height - bottom - 12) * (high > low ? (high - value) / (high - low) : .5);
  const path = points.map(([step, value], i) => `${i ? "L" : "M"}${x(step).toFixed(1)} ${y(value).toFixed(1)}`).join("");
  const [endX, endY] = [x(last), y(values.at(-1))];

  return [drawing("svg", {
    class: "chart", viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Objective during the ascent: from ${figure(values[0])} to ${figure(values.at(-1))} in ${last} steps, between ${figure(low)} and ${figure(high)}`,
  },
  drawing("path", { class: "axis", d: `M${left} 0V${height - bottom}H${width}` }),
  drawing("path", { class: "curve", d: path }),
  drawing("circle", { cx: endX, cy: endY, r: 3 }),
  drawing("text", { x: left - 6, y: y(high) + 4, "text-anchor": "end" }, figure(high)),
  high > low ? drawing("text", { x: left - 6, y: y(low) + 4, "text-anchor": "end" }, figure(low)) : "",
  drawing("text", { x: left, y: height - 4 }, "0"),
  drawing("text", { x: width, y: height - 4, "text-anchor": "end" }, `step ${last}`))];
}

// The same figures as in the tiles (ObjectiveFigure.cs).
function figure(value) {
  if (!finite(value)) return value === undefined || value === null ? "?" : String(value);
  const size = Math.abs(value);
  if (size >= 1000) return value.toFixed(0);
  if (size >= 100) return value.toFixed(1);
  return size >= 0.01 || size === 0 ? value.toFixed(2) : value.toExponential(1);
}

// ---- small tools ----

function build(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

const element = (name, attributes, ...children) => build(document.createElement(name), attributes, children);
const drawing = (name, attributes, ...children) => build(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);

async function copyCommand() {
  const button = byId("copy");
  try {
    await navigator.clipboard.writeText(byId("command").textContent);
    button.textContent = "Copied";
  } catch {
    getSelection().selectAllChildren(byId("command"));
    button.textContent = "Selected";
  }
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

// ---- wiring ----

byId("order").addEventListener("change", order);
byId("find").addEventListener("input", filter);
byId("least")?.addEventListener("input", filter);
byId("zoom").addEventListener("input", zoom);
byId("reset").addEventListener("click", reset);
byId("copy").addEventListener("click", copyCommand);
for (const box of document.querySelectorAll("input[name=outcome]")) box.addEventListener("change", filter);

document.querySelector(".tools").addEventListener("submit", event => {
  event.preventDefault();
  const shown = shownItems();
  const found = shown.find(item => String(tileOf(item).channel) === byId("find").value.trim()) ?? shown[0];
  if (found) location.hash = anchorOf(found);
});

grid.addEventListener("keydown", moveInGrid);
grid.addEventListener("focusin", event => keepOneTabStop(event.target.closest("li")));

byId("previous").addEventListener("click", () => step(-1));
byId("next").addEventListener("click", () => step(1));
byId("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("close", closed);
dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
dialog.addEventListener("keydown", event => {
  if (event.key === "ArrowLeft") step(-1);
  if (event.key === "ArrowRight") step(1);
});

document.addEventListener("keydown", event => {
  if (event.key !== "/" || dialog.open || event.target.matches("input, select")) return;
  event.preventDefault();
  byId("find").focus();
});

addEventListener("hashchange", followAddress);

// The browser may have kept the form's values over a reload.
zoom();
order();
filter();
followAddress();
