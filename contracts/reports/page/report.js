"use strict";

const form = document.getElementById("filters");
const shown = document.getElementById("shown");
const text = document.getElementById("text");
const laws = [...document.querySelectorAll(".law")].map((element) => ({
  element,
  words: element.textContent.toLowerCase(),
}));

const chosen = (name) =>
  new Set([...form.querySelectorAll(`[name=${name}]:checked`)].map((box) => box.value));

// Nothing chosen means everything: choosing one verdict shows only that one.
const among = (value, values) => values.size === 0 || values.has(value);

function filter() {
  const verdicts = chosen("verdict");
  const levels = chosen("level");
  const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  for (const law of laws) {
    const { verdict, level } = law.element.dataset;
    const fits =
      among(verdict, verdicts) &&
      among(level, levels) &&
      words.every((word) => law.words.includes(word));
    law.element.hidden = !fits;
    count += fits ? 1 : 0;
  }
  for (const section of document.querySelectorAll("section")) {
    section.hidden = section.querySelector(".law:not([hidden])") === null;
  }
  const all = count === laws.length && words.length === 0;
  shown.textContent = all ? "" : `${count} of ${laws.length} laws are shown`;
}

function openAll(open) {
  for (const law of document.querySelectorAll("details.law")) law.open = open;
}

function follow() {
  const law = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (law?.matches("details.law")) law.open = true;
}

async function copy(button) {
  const command = button.previousElementSibling;
  try {
    await navigator.clipboard.writeText(command.textContent);
  } catch {
    getSelection().selectAllChildren(command);
    if (!document.execCommand("copy")) return; // what is selected can still be copied by hand
  }
  button.textContent = "Copied";
  setTimeout(() => { button.textContent = "Copy"; }, 1500);
}

form.hidden = false;
form.addEventListener("input", filter);
form.addEventListener("submit", (event) => event.preventDefault());
text.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  text.value = "";
  filter();
});
document.getElementById("open").addEventListener("click", () => openAll(true));
document.getElementById("close").addEventListener("click", () => openAll(false));
for (const button of document.querySelectorAll(".copy")) {
  button.hidden = false;
  button.addEventListener("click", () => copy(button));
}

// Browsers that do not know ::details-content print only what is open.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details.law:not([open])")];
  for (const law of closed) law.open = true;
});
addEventListener("afterprint", () => {
  for (const law of closed) law.open = false;
});
addEventListener("hashchange", follow);
follow();
filter();
