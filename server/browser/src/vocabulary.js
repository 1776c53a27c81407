// What the data holds, asked of this site when it is first needed, and once.
const asked = new Map();

function fetched(path) {
  if (!asked.has(path)) {
    const answer = fetch(path, { headers: { Accept: "application/json" } }).then((response) =>
      response.ok ? response.json() : undefined,
    );
    // Where it fails, completion has nothing to say; the next key asks again.
    asked.set(path, answer.catch(() => void asked.delete(path)));
  }
  return asked.get(path);
}

// Prefixes of vocabularies and kinds of record, and the classes and properties in use.
export async function vocabulary() {
  return (await fetched("/vocabulary")) ?? { prefixes: {}, terms: [] };
}

// The records of a kind: label by name.
export async function records(kind) {
  return (await fetched(`/vocabulary/${encodeURIComponent(kind)}`)) ?? {};
}
