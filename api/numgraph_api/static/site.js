// Makes pages a little easier; everything works without it.
// Source pages: text and claims light up together. Query page: Ctrl+Enter sends.
"use strict";

const light = (on) => (event) => {
  const from = event.target.closest?.(".archive a.said, .claims li[id]");
  if (!from) return;
  const anchor = from.id || from.getAttribute("href").slice(1).replace(/^c/, "s");
  const range = anchor.slice(1);
  document.querySelectorAll(`[data-place="${CSS.escape(range)}"]`).forEach((one) => one.classList.toggle("lit", on));
};

for (const [name, on] of [["pointerover", true], ["pointerout", false], ["focusin", true], ["focusout", false]]) {
  document.addEventListener(name, light(on));
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.matches?.("textarea[name=query]")) {
    event.target.form.requestSubmit();
  }
});
