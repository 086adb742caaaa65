/** What must hold of the packages that this project is built from. Everything is read from package.json and package-lock.json; nothing is asked for. */

type Versions = Readonly<Record<string, string>>;

/** The members of package.json that are read. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: string;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
  readonly optionalDependencies?: Versions;
  readonly peerDependencies?: Versions;
}

/** The members of one entry of the lock file that are read. */
export interface LockEntry extends Manifest {
  readonly integrity?: string;
  readonly resolved?: string;
  /** The entry is a folder of this repository. */
  readonly link?: boolean;
  /** The package comes inside the tarball of another one, whose integrity covers it. */
  readonly inBundle?: boolean;
}

/** The members of package-lock.json that are read. */
export interface LockFile {
  readonly lockfileVersion?: number;
  /** By folder; the project itself stands under the empty one. */
  readonly packages?: Readonly<Record<string, LockEntry>>;
}

const GROUPS = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"] as const;
/** Peer dependencies are ranges on purpose: the user of the package chooses their versions. */
const PINNED = ["dependencies", "devDependencies", "optionalDependencies"] as const;
const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;
const DIGEST = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** Licences that allow what is done with the packages here: to use them, and to ship some of them in bundled form. */
const LICENCES: ReadonlySet<string> = new Set([
  ...["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC-BY-4.0", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "Python-2.0"],
  ...["Public Domain", "Unlicense"],
]);

/** Packages whose manifest names the licence in an old form that npm leaves out of the lock file. */
const UNNAMED_LICENCES: Versions = { buildcheck: "MIT", "cpu-features": "MIT", ssh2: "MIT" };

const nameOf = (folder: string): string => folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);

/** Whether an SPDX expression holds nothing but known licences, or lets choose a known one. */
function isKnownLicence(expression: string): boolean {
  const licences = expression.replace(/[()]/g, "").split(/ (?:AND|OR) /);
  const known = (licence: string): boolean => LICENCES.has(licence);
  return expression.includes(" AND ") ? licences.every(known) : licences.some(known);
}

/** Says what is wrong, one sentence each; empty if all is well. */
export function audit(manifest: Manifest, lock: LockFile): readonly string[] {
  const packages = lock.packages ?? {};
  const entries = Object.entries(packages).filter(([folder]) => folder !== "");
  return [
    ...(lock.lockfileVersion === 3 ? [] : [`package-lock.json: lockfileVersion must be 3, but ${String(lock.lockfileVersion)} was found.`]),
    ...(entries.length > 0 ? [] : ["package-lock.json: it must list the packages, but lists none."]),
    ...pinProblems(manifest, packages),
    ...syncProblems(manifest, packages[""] ?? {}),
    ...entries.flatMap(([folder, entry]) => entryProblems(folder, entry)),
    ...entries.flatMap(([folder, entry]) => missingProblems(folder, entry, packages)),
  ];
}

function pinProblems(manifest: Manifest, packages: Readonly<Record<string, LockEntry>>): string[] {
  return PINNED.flatMap((group) =>
    Object.entries(manifest[group] ?? {}).flatMap(([name, version]) => {
      if (!EXACT.test(version))
        return [`package.json: ${group}.${name} must be an exact version such as 1.2.3, but ${JSON.stringify(version)} was found.`];
      const locked = packages[`node_modules/${name}`]?.version;
      return locked === version
        ? []
        : [`package-lock.json: ${name} must be locked at ${version}, as package.json says, but ${locked ?? "nothing"} was found.`];
    }),
  );
}

function syncProblems(manifest: Manifest, root: LockEntry): string[] {
  const same = (left: unknown, right: unknown): boolean => JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
  return ["name", "version", "license", ...GROUPS]
    .filter((member) => !same(manifest[member as keyof Manifest], root[member as keyof Manifest]))
    .map((member) => `package-lock.json: ${member} must be the same as in package.json: run npm install.`);
}

function sorted(value: unknown): unknown {
  return typeof value === "object" && value !== null ? Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)) : value;
}

function entryProblems(folder: string, entry: LockEntry): string[] {
  if (entry.link === true) return [];
  const problems: string[] = [];
  if (entry.resolved !== undefined)
    problems.push(`package-lock.json: ${folder} must not name the place that it was fetched from ("resolved").`);
  if (entry.inBundle !== true && !DIGEST.test(entry.integrity ?? ""))
    problems.push(
      `package-lock.json: ${folder} must have a sha512 integrity, but ${entry.integrity === undefined ? "none" : "another value"} was found.`,
    );
  const licence = entry.license ?? UNNAMED_LICENCES[nameOf(folder)];
  if (licence === undefined || !isKnownLicence(licence))
    problems.push(
      `package-lock.json: the licence of ${folder} must be a known one, but ${licence ?? "none"} was found: read it, then add it to the list.`,
    );
  return problems;
}

/** What a package asks for must be there, on every platform: npm may leave out the optional packages of others than the one that it ran on. */
function missingProblems(folder: string, entry: LockEntry, packages: Readonly<Record<string, LockEntry>>): string[] {
  const wanted = [...Object.keys(entry.dependencies ?? {}), ...Object.keys(entry.optionalDependencies ?? {})];
  return wanted
    .filter((name) => !isLocked(name, folder, packages))
    .map((name) => `package-lock.json: ${name} must be locked, as ${folder} depends on it, but it is missing.`);
}

function isLocked(name: string, folder: string, packages: Readonly<Record<string, LockEntry>>): boolean {
  for (let at = folder; at !== ""; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/"))))
    if (Object.hasOwn(packages, `${at}/node_modules/${name}`)) return true;
  return Object.hasOwn(packages, `node_modules/${name}`);
}
