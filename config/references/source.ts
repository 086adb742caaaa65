import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Reference, ReferenceSource } from "./reference";
import { parseReferences } from "./parse";
import { ReferenceProblem } from "./problem";
import { withoutEnd } from "../text-end";

/** Upper bound for a secret file, in bytes: a key or a service account is a few KiB, so more is a wrong path. */
const MAX_SECRET_BYTES = 1_048_576;

const BYTE_ORDER_MARK = "\ufeff";

/** Where `createReferenceSource` looks. */
export interface ReferenceSourceOptions {
  /** Environment, normally `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder of `{vault://file/…}`; without it such a reference is a problem. */
  readonly secretsDir?: string | undefined;
}

/**
 * A source that looks at the environment and reads the file anew at every call and keeps nothing.
 * Its `read` throws ReferenceProblem.
 */
export function createReferenceSource(options: ReferenceSourceOptions): ReferenceSource {
  return {
    read: (reference) => (reference.kind === "env" ? readVariable(reference, options.env) : readSecretFile(reference, options.secretsDir)),
  };
}

/**
 * A text with every reference replaced by its present value; several references and literal text may be mixed.
 * @throws ReferenceProblem for the first reference that cannot be read.
 */
export function resolveText(text: string, source: ReferenceSource): string {
  return parseReferences(text)
    .map((piece) => (typeof piece === "string" ? piece : source.read(piece)))
    .join("");
}

function readVariable(reference: Reference, env: ReferenceSourceOptions["env"]): string {
  const value = Object.hasOwn(env, reference.name) ? env[reference.name] : undefined;
  if (value === undefined || value === "") {
    throw new ReferenceProblem(
      `The environment variable ${reference.name} must be set for ${reference.text}, but it is ${value === undefined ? "not set" : "empty"}.`,
    );
  }
  return reference.key === undefined ? value : readJsonKey(reference, value, reference.key);
}

function readJsonKey(reference: Reference, value: string, key: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value);
  } catch {
    // The parser's own message quotes the text, which is a secret.
    parsed = undefined;
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new ReferenceProblem(`The environment variable ${reference.name} must hold a JSON object for ${reference.text}.`);
  }
  const member: unknown = Object.hasOwn(parsed, key) ? (parsed as Record<string, unknown>)[key] : undefined;
  if (typeof member !== "string" && typeof member !== "number" && typeof member !== "boolean") {
    throw new ReferenceProblem(
      `The JSON object in the environment variable ${reference.name} must have the key "${key}" with a text, number or boolean for ${reference.text}.`,
    );
  }
  return String(member);
}

function readSecretFile(reference: Reference, secretsDir: string | undefined): string {
  if (secretsDir === undefined) {
    throw new ReferenceProblem(`${reference.text} needs a secrets folder: give it with --secrets DIR.`);
  }
  const file = join(secretsDir, reference.name);
  let content: Buffer;
  try {
    const facts = statSync(file);
    // Anything but a regular file (a named pipe, say) could block the process for good.
    if (!facts.isFile()) throw new ReferenceProblem(`The secret file ${file} of ${reference.text} must be a regular file.`);
    if (facts.size > MAX_SECRET_BYTES) {
      throw new ReferenceProblem(
        `The secret file ${file} of ${reference.text} must have at most ${MAX_SECRET_BYTES} bytes, but has ${facts.size}.`,
      );
    }
    content = readFileSync(file);
  } catch (error) {
    if (error instanceof ReferenceProblem) throw error;
    throw new ReferenceProblem(describeReadError(file, reference, error));
  }
  if (!isUtf8(content)) throw new ReferenceProblem(`The secret file ${file} of ${reference.text} must be text in UTF-8, but it is not.`);
  const text = content.toString("utf8");
  if (text.startsWith(BYTE_ORDER_MARK)) {
    throw new ReferenceProblem(
      `The secret file ${file} of ${reference.text} must hold the secret alone, but it begins with a byte order mark: save it as UTF-8 without one.`,
    );
  }
  const secret = withoutEnd(text, "\r\n");
  if (secret.trim() === "") throw new ReferenceProblem(`The secret file ${file} of ${reference.text} is empty.`);
  return secret;
}

function describeReadError(file: string, reference: Reference, error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown error";
  if (code === "ENOENT" || code === "ENOTDIR") return `The secret file ${file} of ${reference.text} does not exist.`;
  if (code === "EACCES" || code === "EPERM") {
    const uid = process.geteuid?.() ?? "unknown";
    const gid = process.getegid?.() ?? "unknown";
    return (
      `The secret file ${file} of ${reference.text} is not readable for this process (uid ${uid}, gid ${gid}): give it read permission ` +
      "with chmod or chgrp, or run the container with a matching `user` or `group_add`."
    );
  }
  return `The secret file ${file} of ${reference.text} cannot be read (${code}).`;
}
