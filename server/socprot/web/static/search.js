// Offers records, and pages that may be meant, while one types into a search box: a combobox as in the ARIA Authoring
// Practices (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/). Without this script the
// form does the same on a page of its own.
const WAIT = 120; // milliseconds after a key, before asking
const MOST = 5;
const PAGES = 3;

for (const [number, form] of document.querySelectorAll("form[role=search]").entries()) {
  const input = form.querySelector("input[type=search]");
  if (input) offer(form, input, `offers-${number}`);
}

function offer(form, input, name) {
  const list = document.createElement("ul");
  Object.assign(list, { id: name, className: "offers", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Records and pages");
  const said = document.createElement("span");
  said.className = "unseen";
  said.setAttribute("role", "status");
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", name);
  input.setAttribute("aria-expanded", "false");
  input.parentElement.append(list, said);
  input.parentElement.classList.add("offering");

  let timer;
  let asking;
  let chosen = -1;
  let known = ""; // the words that the list answers

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const last = list.children.length - 1;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault(); // which would also empty the box
      close();
    } else if (list.hidden || last < 0) {
      return;
    } else if (event.key === "ArrowDown") {
      event.preventDefault();
      choose(chosen < last ? chosen + 1 : -1);
    } else if (event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen < 0 ? last : chosen - 1);
    } else if (event.key === "Enter" && chosen >= 0) {
      event.preventDefault();
      location.assign(list.children[chosen].dataset.address);
    }
  });
  input.addEventListener("blur", close);
  // Before the box loses the focus, and with it the list.
  list.addEventListener("mousedown", (event) => {
    const option = event.target.closest("[role=option]");
    if (!option) return;
    event.preventDefault();
    if (event.button === 0) location.assign(option.dataset.address);
  });

  async function ask() {
    asking?.abort();
    const words = input.value.trim();
    if (words.length < 2) return close();
    if (words === known) return open(); // a space more is no other question
    asking = new AbortController();
    const query = new URLSearchParams({ q: words, limit: MOST, format: "json" });
    const language = new URLSearchParams(location.search).get("lang");
    if (language) query.set("lang", language);
    try {
      const answer = await fetch(`/search?${query}`, { signal: asking.signal });
      if (!answer.ok) return;
      const { results, pages = [] } = await answer.json();
      list.replaceChildren(...[...results, ...pages.slice(0, PAGES)].map(option));
      known = words;
      open();
    } catch (error) {
      if (error.name !== "AbortError") close(); // the page still searches
    }
  }

  function open() {
    choose(-1);
    const count = list.children.length;
    const shown = count > 0 && document.activeElement === input;
    list.hidden = !shown;
    input.setAttribute("aria-expanded", String(shown));
    said.textContent = shown ? `${count} offered` : "";
  }

  function option(result, index) {
    const item = document.createElement("li");
    item.id = `${name}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    item.dataset.address = result.address;
    const label = document.createElement("span");
    label.textContent = result.label;
    if (result.language && result.language !== "en") label.lang = result.language;
    const about = document.createElement("small");
    about.textContent = [result.kind, result.about].filter(Boolean).join(" · ");
    item.append(label, about);
    return item;
  }

  function choose(index) {
    list.children[chosen]?.setAttribute("aria-selected", "false");
    chosen = index;
    const item = list.children[chosen];
    if (item) {
      item.setAttribute("aria-selected", "true");
      item.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", item.id);
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    choose(-1);
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }
}
