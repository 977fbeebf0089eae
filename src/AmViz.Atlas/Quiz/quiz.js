
// Behaviour of a quiz. Everything it needs is in the page, so that it works from file://; the right answers are nowhere in it.
"use strict";

const byId = id => document.getElementById(id);
const data = JSON.parse(byId("quiz-data").textContent);
const place = `amviz-quiz-${data.quiz}`;
const sides = ["left", "right"];

let kept = true;      // whether the browser keeps answers
let saved = 0;        // answers that were saved to a file
let chosen = null;    // of the question that is shown
let shownAt = 0;
let question = null;
let sheet = restored() ?? begun();

// ---- the answers of one person ----

function begun() {
  const sitting = [...crypto.getRandomValues(new Uint8Array(8))].map(byte => byte.toString(16).padStart(2, "0")).join("");
  return { sitting, answers: [] };
}

function restored() {
  try {
    return checked(localStorage.getItem(place));
  } catch {
    // Refused: some browsers do so for pages from a disk.
    kept = false;
    return null;
  }
}

function checked(text) {
  try {
    const found = JSON.parse(text);
    return typeof found?.sitting === "string" && Array.isArray(found.answers) ? found : null;
  } catch {
    return null;
  }
}

function keep() {
  try {
    localStorage.setItem(place, JSON.stringify(sheet));
  } catch {
    kept = false;
  }
  byId("unkept").hidden = kept;
}

const nextQuestion = () => data.questions.find(one => !sheet.answers.some(answer => answer.question === one.number));

function save() {
  const { format, formatVersion, quiz } = data;
  const text = JSON.stringify({ format, formatVersion, quiz, ...sheet }, null, 1);
  const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = `answers-${quiz}-${sheet.sitting}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
  saved = sheet.answers.length;
}

function anew() {
  if (saved < sheet.answers.length && !confirm("The answers that are in this browser were not saved since the page was opened. Begin anew without them?")) return;
  sheet = begun();
  saved = 0;
  keep();
  showStart();
}

// ---- what is shown ----

function show(section) {
  for (const id of ["start", "question", "end"]) byId(id).hidden = id !== section;
  byId("progress").hidden = section === "start";
  const [done, all] = [sheet.answers.length, data.questions.length];
  byId("place").textContent = section === "question" ? `Question ${done + 1} of ${all}` : `${done} of ${all} answered`;
  byId("bar").max = all;
  byId("bar").value = done;
  byId("unkept").hidden = kept;
}

function showStart() {
  const done = sheet.answers.length;
  byId("begin").textContent = done ? `Go on with question ${done + 1}` : "Begin";
  byId("anew-start").hidden = !done;
  show("start");
  byId("begin").focus();
}

function showNext() {
  question = nextQuestion();
  if (!question) {
    show("end");
    byId("end-title").focus();
    return;
  }
  choose(null);
  byId("explanation").replaceChildren(...explanation(question));
  for (const side of sides) byId(`${side}-image`).src = data.images[question[side]];
  byId("question-title").textContent = titles[question.condition];
  show("question");
  byId("question-title").focus();
  scrollTo(0, 0);
  shownAt = performance.now();
}

const titles = {
  picture: "This picture was drawn to excite the channel. Which photograph excites it more?",
  photographs: "These photographs excite the channel. Which of the two below excites it more?",
  control: "Nothing is known of the channel. Which photograph do you think excites it more?",
};

const explanation = ({ condition, shown }) => ({
  picture: () => [image(shown[0], "Picture that was drawn to excite the channel", "drawn")],
  photographs: () => [list(shown.map((one, i) => image(one, `Photograph ${i + 1} that excites the channel`)))],
  control: () => [],
})[condition]();

function image(number, alt, name = "") {
  const made = document.createElement("img");
  Object.assign(made, { src: data.images[number], alt, className: name, width: 224, height: 224 });
  return made;
}

function list(images) {
  const made = document.createElement("ol");
  made.append(...images.map(one => {
    const item = document.createElement("li");
    item.append(one);
    return item;
  }));
  return made;
}

// ---- answering ----

function choose(side) {
  chosen = side;
  for (const one of sides) byId(one).setAttribute("aria-pressed", String(one === side));
  byId("next").disabled = !side;
}

function answer() {
  if (!chosen) return;
  const seconds = Math.round((performance.now() - shownAt) / 100) / 10;
  sheet.answers.push({ question: question.number, side: chosen, seconds });
  keep();
  showNext();
}

function pressed(event) {
  if (byId("question").hidden || event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const side = { ArrowLeft: "left", ArrowRight: "right" }[event.key];
  if (side) {
    event.preventDefault();
    choose(side);
  }
  // On a button Enter does what the button does, but for the one that is chosen already.
  const button = event.target.closest("button");
  if (event.key === "Enter" && chosen && (!button || button.id === chosen)) {
    event.preventDefault();
    answer();
  }
}

// ---- wiring ----

byId("begin").addEventListener("click", showNext);
byId("next").addEventListener("click", answer);
for (const side of sides) byId(side).addEventListener("click", () => choose(side));
for (const id of ["save", "save-part"]) byId(id).addEventListener("click", save);
for (const id of ["anew", "anew-start"]) byId(id).addEventListener("click", anew);
document.addEventListener("keydown", pressed);
addEventListener("beforeunload", event => {
  if (!kept && saved < sheet.answers.length) event.preventDefault();
});

if (nextQuestion()) showStart(); else showNext();
