// Source pages: a sentence and what was read from it light up together, whichever of the two is pointed at or focused.
// Without script the anchors lead from one to the other.
"use strict";

const place = (target) => target.closest?.("[data-place]")?.dataset.place;
const partners = (name) => document.querySelectorAll(`[data-place="${CSS.escape(name)}"]`);
const list = document.querySelector(".claims");

// The list of claims scrolls by itself, beside the text; the page stays where it is.
function reveal(name) {
  const item = document.getElementById(`c${name}`);
  if (!item || list.scrollHeight <= list.clientHeight) return;
  const [outer, inner] = [list.getBoundingClientRect(), item.getBoundingClientRect()];
  if (inner.top < outer.top || inner.bottom > outer.bottom) list.scrollTop += inner.top - outer.top - outer.height / 4;
}

function light(event, on) {
  const name = place(event.target);
  if (!name) return;
  partners(name).forEach((one) => one.classList.toggle("lit", on));
  if (on && !list.contains(event.target)) reveal(name);
}

for (const [type, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(type, (event) => light(event, on));
}
