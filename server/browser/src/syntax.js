// Say where a query stops being SPARQL: a mark at the line, and a sentence under the editor.

export function showSyntax() {
  const doc = this.getDoc();
  this.clearGutter("gutterErrorBar");
  this.queryValid = true;
  for (let line = 0; line < doc.lineCount(); line += 1) {
    const end = { line, ch: doc.getLine(line).length };
    const { state } = this.getTokenAt(end, !this.prevQueryValid);
    this.setOption("queryType", state.queryType);
    if (state.OK) continue;
    this.queryValid = false;
    this.setGutterMarker(line, "gutterErrorBar", mark());
    say(this, sentence(line + 1, state));
    break;
  }
  if (this.queryValid) say(this, "");
  this.prevQueryValid = this.queryValid;
}

function sentence(line, { errorMsg, possibleCurrent = [] }) {
  if (errorMsg) return `Line ${line}: ${errorMsg}`;
  const few = possibleCurrent.slice(0, 6).join(" ");
  const more = possibleCurrent.length > 6 ? " …" : ".";
  return `Line ${line} is not SPARQL${few ? `; here may stand ${few}${more}` : "."}`;
}

function mark() {
  const sign = document.createElement("span");
  sign.className = "syntax-mark";
  sign.setAttribute("aria-hidden", "true");
  sign.textContent = "!";
  return sign;
}

export function say(editor, text) {
  let place = editor.rootEl.querySelector(".syntax");
  if (!place) {
    place = document.createElement("p");
    place.className = "syntax";
    place.setAttribute("role", "status");
    editor.rootEl.append(place);
  }
  if (place.textContent !== text) place.textContent = text;
}

// Mark the place at which the server stopped reading.
export function showFault(editor, { line, column }) {
  if (!line) return;
  const doc = editor.getDoc();
  const place = { line: Math.min(Number(line), doc.lineCount()) - 1, ch: Number(column) - 1 };
  doc.addLineClass(place.line, "background", "fault");
  doc.setCursor(place);
}
