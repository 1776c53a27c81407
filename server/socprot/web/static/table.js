// Sort a table by a click on the head of a column; a third click brings back the order in
// which the rows came. Where there are many, show only those that have some words.
const MANY = 10; // rows from which on a box for words is worth its room
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const NEXT = { none: "ascending", ascending: "descending", descending: "none" };

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const came = [...body.rows];
  const heads = [...table.tHead.rows[0].cells];
  if (came.length > MANY) table.closest(".scroll").before(filter(came));
  heads.forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    const name = document.createElement("span");
    name.append(...head.childNodes);
    button.append(name);
    head.append(button);
    head.setAttribute("aria-sort", "none");
    button.addEventListener("click", () => {
      const order = NEXT[head.getAttribute("aria-sort")];
      for (const one of heads) one.setAttribute("aria-sort", one === head ? order : "none");
      body.append(...sorted(came, place, order, head.classList.contains("number")));
    });
  });
}

function filter(rows) {
  const label = document.createElement("label");
  label.className = "rows";
  const box = document.createElement("input");
  box.type = "search";
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  label.append("Only rows with ", box, " ", told);
  box.addEventListener("input", () => {
    const words = box.value.toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
    }
    const left = rows.filter((row) => !row.hidden).length;
    told.textContent = box.value.trim() ? `${left} of ${rows.length}` : "";
  });
  return label;
}

function sorted(rows, place, order, number) {
  if (order === "none") return rows;
  // A date is read in words and sorted as it is written in the data.
  const value = ({ cells }) => cells[place].dataset.order ?? cells[place].textContent.trim();
  const sign = order === "ascending" ? 1 : -1;
  return [...rows].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (!a || !b) return Number(!a) - Number(!b); // what is empty stays at the end
    return sign * (number ? Number(a) - Number(b) : collator.compare(a, b));
  });
}
