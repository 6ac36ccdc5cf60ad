// Suggestions while typing: the search box becomes a combobox with a list (WAI-ARIA APG, "editable combobox with list
// autocomplete"). Enter without a choice sends the form as it is; without this script the form works just the same.
"use strict";

const PAUSE = 120; // milliseconds after the last key

for (const form of document.querySelectorAll("form[data-suggest]")) {
  const input = form.querySelector("input[type=search]");
  const list = form.querySelector("[role=listbox]");
  const address = new URL(form.dataset.suggest, location.href);
  let timer = 0;
  let asked = null;
  let active = -1;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (index) => {
    const options = [...list.children];
    active = options.length ? (index + options.length) % options.length : -1;
    options.forEach((one, at) => one.setAttribute("aria-selected", String(at === active)));
    if (active < 0) return;
    input.setAttribute("aria-activedescendant", options[active].id);
    options[active].scrollIntoView({ block: "nearest" });
  };

  const show = ([, names, kinds, addresses]) => {
    list.replaceChildren(...names.map((name, at) => {
      const option = document.createElement("li");
      option.id = `${list.id}-${at}`;
      option.setAttribute("role", "option");
      option.setAttribute("aria-selected", "false");
      option.dataset.href = addresses[at];
      const label = document.createElement("bdi");
      label.textContent = name;
      const kind = document.createElement("span");
      kind.className = "what";
      kind.textContent = kinds[at];
      option.append(label, " ", kind);
      return option;
    }));
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.hidden = names.length === 0;
    input.setAttribute("aria-expanded", String(names.length > 0));
  };

  const ask = async () => {
    asked?.abort();
    if (!input.value.trim()) return close();
    asked = new AbortController();
    address.searchParams.set("q", input.value.slice(0, 200));
    try {
      const answer = await fetch(address, { signal: asked.signal });
      if (answer.ok && document.activeElement === input) show(await answer.json());
    } catch (fault) {
      if (fault.name !== "AbortError") close(); // no network: the form is still there
    }
  };

  const go = (option) => location.assign(option.dataset.href);

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      close();
    } else if (event.key === "ArrowDown" && list.hidden) {
      ask();
    } else if (event.key === "ArrowDown") {
      choose(active + 1);
    } else if (event.key === "ArrowUp" && !list.hidden) {
      choose(active < 0 ? list.children.length - 1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      go(list.children[active]);
    } else {
      return;
    }
    event.preventDefault();
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) go(option);
  });
  form.addEventListener("submit", () => clearTimeout(timer));
}


// "/" leads to the search box, as on many sites, unless somebody is writing.
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], .cm-editor")) return;
  const box = document.querySelector("form[data-suggest] input[type=search]");
  if (box) {
    event.preventDefault();
    box.focus();
  }
});
