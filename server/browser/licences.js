// The licences of all that is bundled, with their texts, as they must travel with it.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";

// The editor is delivered with its own dependencies inside; so everything that it
// depends on counts, and this one too, which it contains without naming it.
const INSIDE = [["events", "3", "MIT", "Copyright Joyent, Inc. and other Node contributors."]];

export async function licences(folder) {
  const lock = JSON.parse(await readFile(join(folder, "package-lock.json"), "utf8"));
  const mit = await readFile(join(folder, "mit.txt"), "utf8");
  const parts = INSIDE.map(([name, version, id, holder]) => part(name, version, id, `${holder}\n\n${mit}`));
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!path || entry.dev) continue;
    const about = JSON.parse(await readFile(join(folder, path, "package.json"), "utf8"));
    const text = (await own(join(folder, path))) ?? standard(about, mit);
    parts.push(part(about.name, about.version, about.license, text));
  }
  return `Third-party software in the scripts of this site.\n\n${parts.sort().join("\n")}`;
}

const part = (name, version, id, text) =>
  `${"=".repeat(72)}\n${name} ${version} (${id})\n${"-".repeat(72)}\n${text.trim()}\n`;

// The text that a package brings itself.
async function own(folder) {
  const name = (await readdir(folder)).find((one) => /^(licen[cs]e|copying)(\.|$)/i.test(one));
  return name && readFile(join(folder, name), "utf8");
}

// Many packages only name their licence. Any but this would have to be looked at.
function standard(about, mit) {
  if (about.license !== "MIT") throw new Error(`${about.name} brings no text of its licence (${about.license}).`);
  const author = about.author?.name ?? about.author ?? "its authors";
  return `Copyright (c) ${author.replace(/\s*<.*/, "")}\n\n${mit}`;
}
