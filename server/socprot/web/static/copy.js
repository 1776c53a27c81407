// A button beside each text that is made to be copied. Where a text leaves the day of
// reading open (it may not be part of a page that is kept), today is put in.
const today = new Date().toISOString().slice(0, 10);

for (const text of document.querySelectorAll("pre.copyable")) {
  const { open } = text.dataset;
  if (open) {
    const code = text.querySelector("code");
    code.textContent = code.textContent.replaceAll(open, today).replaceAll(open.replaceAll("-", "/"), today.replaceAll("-", "/"));
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy second";
  button.textContent = "Copy";
  button.addEventListener("click", () => copy(text, button));
  const frame = document.createElement("div");
  frame.className = "copying";
  text.replaceWith(frame);
  frame.append(text, button);
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text.textContent.trim());
    button.textContent = "Copied";
  } catch {
    // Only a secure page may write to the clipboard: then the text is marked instead.
    getSelection().selectAllChildren(text);
    button.textContent = "Press Ctrl+C";
  }
  setTimeout(() => (button.textContent = "Copy"), 2000);
}
