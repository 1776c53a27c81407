// Complete the name under the cursor: classes after `a`, properties where a verb stands,
// records after the prefix of their kind; by name or by label, the most used first.
import { records, vocabulary } from "./vocabulary.js";

const MOST = 50;
const RECORDS = "https://w3id.org/socprot/id/";
const NAME = /^[a-z][\w-]*:[\w.-]*$/i;

export const completer = {
  name: "held",
  bulk: false,
  isValidCompletionPosition: (editor) => {
    const { type, string } = editor.getCompleteToken();
    return !["comment", "atom", "string"].includes(type) && !/^[?$"']/.test(string);
  },
  preProcessToken: (editor, token) => ({ ...token, from: { ch: token.string.trim() ? token.start : token.end } }),
  get: async (editor, token) => (await suggestions(editor, token.string.trim())).map((one) => JSON.stringify(one)),
  postprocessHints: (editor, hints) => hints.map((hint) => shown(hint)),
};

async function suggestions(editor, typed) {
  const { prefixes, terms } = await vocabulary();
  const [prefix, local] = typed.includes(":") ? split(typed) : ["", typed];
  if (prefixes[prefix]?.startsWith(RECORDS)) {
    const held = Object.entries(await records(prefix));
    const named = held.map(([slug, label]) => ({ name: `${prefix}:${slug}`, label, iri: prefixes[prefix] }));
    return ranked(named, local);
  }
  const wanted = position(editor);
  const fitting = terms.filter(
    (term) => (!wanted || term.kind === wanted) && (!prefix || term.name.startsWith(`${prefix}:`)),
  );
  const kinds = wanted || prefix ? [] : Object.keys(prefixes).map((one) => ({ name: `${one}:`, label: prefixes[one] }));
  return ranked([...fitting, ...kinds], local).map((term) => ({ ...term, iri: prefixes[split(term.name)[0]] }));
}

const split = (name) => [name.slice(0, name.indexOf(":")), name.slice(name.indexOf(":") + 1)];

// What begins with what was typed goes first, then what has a word that does, by name or
// by label; among those the order stays, which is by use.
function ranked(terms, typed) {
  const wanted = typed.toLowerCase();
  const rank = (term) => {
    const local = (split(term.name)[1] || term.name).toLowerCase();
    const places = [local, term.label.toLowerCase()];
    if (local.startsWith(wanted)) return 0;
    if (places.some((place) => place.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted)))) return 1;
    return places.some((place) => place.includes(wanted)) ? 2 : 3;
  };
  const found = terms.map((term) => [rank(term), term]).filter(([place]) => place < 3);
  return found.sort(([one], [other]) => one - other).slice(0, MOST).map(([, term]) => term);
}

// Whether a class or a property stands under the cursor; nothing where both may.
function position(editor) {
  const token = editor.getCompleteToken();
  const before = editor.getPreviousNonWsToken(editor.getDoc().getCursor().line, token);
  if (before?.string === "a" || before?.string === "rdf:type") return "class";
  return token.state.possibleCurrent?.includes("a") ? "property" : "";
}

function shown(hint) {
  const { name, label, uses, iri } = JSON.parse(hint.text);
  return {
    ...hint,
    text: name,
    displayText: name,
    render: (place) => {
      const about = document.createElement("span");
      about.className = "what";
      about.textContent = [label, uses?.toLocaleString("en")].filter(Boolean).join(" · ");
      place.append(name, about);
    },
    hint: (editor) => {
      editor.replaceRange(name, hint.from, hint.to, "complete");
      declare(editor, name, iri);
    },
  };
}

function declare(editor, name, iri) {
  const [prefix] = split(name);
  if (iri && !(prefix in editor.getPrefixesFromQuery())) editor.addPrefixes({ [prefix]: iri });
}

// While a prefixed name is typed: declare its prefix, and offer what may follow.
export async function assist(editor) {
  const { string, type } = editor.getCompleteToken();
  if (type === "comment" || !NAME.test(string)) return;
  const before = editor.getPreviousNonWsToken(editor.getDoc().getCursor().line, editor.getCompleteToken());
  if (before?.string.toUpperCase() === "PREFIX") return;
  const { prefixes } = await vocabulary();
  declare(editor, string, prefixes[split(string)[0]]);
  editor.autocomplete();
}
