// Bundle each entry of src/ into socprot/web/static/built, with the licences of all that
// is in there. The folder appears whole or not at all.
import { chmod, mkdtemp, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { licences } from "./licences.js";

const here = dirname(fileURLToPath(import.meta.url));
const goal = join(here, "../socprot/web/static/built");
const entries = (await readdir(join(here, "src/entry"))).map((name) => join(here, "src/entry", name));

const draft = await mkdtemp(join(dirname(goal), ".built-"));
await chmod(draft, 0o755);
try {
  await build({
    absWorkingDir: here,
    entryPoints: entries,
    outdir: draft,
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2020"],
    charset: "utf8",
    legalComments: "none", // their texts are in licences.txt
    logLevel: "warning",
  });
  await writeFile(join(draft, "licences.txt"), await licences(here));
  await rm(goal, { recursive: true, force: true });
  await rename(draft, goal);
} catch (error) {
  await rm(draft, { recursive: true, force: true });
  throw error;
}
for (const name of (await readdir(goal)).sort()) {
  const { length } = await readFile(join(goal, name));
  console.log(`${relative(join(here, "../.."), join(goal, name))}  ${length}`);
}
