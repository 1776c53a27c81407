// Tell how long the answer took, which the server says in a header.
const [visit] = performance.getEntriesByType("navigation");
const answer = visit?.serverTiming?.find((one) => one.name === "answer");
if (answer) {
  for (const place of document.querySelectorAll(".timing")) {
    place.textContent = ` in ${(answer.duration / 1000).toFixed(2)} s`;
  }
}
