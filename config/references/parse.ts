import type { Reference } from "./reference";
import { ReferenceProblem } from "./problem";

const OPENING = /\{vault:\/\/|\$\{\{/g;
const VAULT_PREFIX = /^[A-Za-z0-9_-]+$/;
const ENV_RESOURCE = /^[A-Za-z0-9_-]+$/;
/** decK's conversions are accepted and left out, since a reference's text is read as its field's type anyway. */
const DECK_CALL = /^\s*env\s+(?:"([^"]*)"|`([^`]*)`)\s*(?:\|\s*(?:toString|toBool|toInt|toFloat)\s*)?$/;

/** Whether a text contains a reference, well formed or not: `{vault://` or `${{`. */
export function hasReference(text: string): boolean {
  return text.includes("{vault://") || text.includes("${{");
}

/**
 * Splits a text into literal pieces and references, in order; a text without references is one piece.
 * Known: `{vault://env/NAME}`, `{vault://env/NAME/jsonkey}`, `{vault://file/PATH}`, `${{ env "DECK_X" }}`.
 * @throws ReferenceProblem where a reference is not closed, not known or not well formed.
 */
export function parseReferences(text: string): readonly (string | Reference)[] {
  const pieces: (string | Reference)[] = [];
  let from = 0;
  for (;;) {
    OPENING.lastIndex = from;
    const opening = OPENING.exec(text);
    if (opening === null) break;
    const isVault = opening[0] !== "${{";
    const closing = isVault ? "}" : "}}";
    const inner = opening.index + opening[0].length;
    const end = text.indexOf(closing, inner);
    if (end === -1) {
      throw new ReferenceProblem(`A reference must be closed: ${isVault ? '"{vault://" lacks its "}"' : '"${{" lacks its "}}"'}.`);
    }
    if (opening.index > from) pieces.push(text.slice(from, opening.index));
    from = end + closing.length;
    const written = text.slice(opening.index, from);
    pieces.push(isVault ? parseVault(text.slice(inner, end), written) : parseDeck(text.slice(inner, end), written));
  }
  if (from < text.length || pieces.length === 0) pieces.push(text.slice(from));
  return pieces;
}

/**
 * The references of a text as they are written, for messages; what stands between them may be part of a secret.
 * @throws ReferenceProblem as {@link parseReferences}
 */
export function referencesOf(text: string): string {
  return parseReferences(text)
    .flatMap((piece) => (typeof piece === "string" ? [] : [piece.text]))
    .join(" and ");
}

function parseVault(inner: string, text: string): Reference {
  const slash = inner.indexOf("/");
  const prefix = slash === -1 ? inner : inner.slice(0, slash);
  const rest = slash === -1 ? "" : inner.slice(slash + 1);
  if (!VAULT_PREFIX.test(prefix)) throw new ReferenceProblem("A vault reference must look like {vault://env/NAME} or {vault://file/PATH}.");
  if (prefix !== "env" && prefix !== "file") {
    throw new ReferenceProblem(
      `The vault "${prefix}" is not served: use {vault://env/NAME} for an environment variable or {vault://file/PATH} for a file in the secrets folder.`,
    );
  }
  const extra = /[?#]/.exec(rest);
  if (extra !== null) {
    throw new ReferenceProblem(
      `${extra[0] === "?" ? 'Options ("?…")' : 'Versions ("#…")'} have no meaning for {vault://${prefix}/…}: leave them out and write the full ${
        prefix === "env" ? "name of the environment variable" : "path below the secrets folder"
      }.`,
    );
  }
  return prefix === "env" ? parseEnv(rest, text) : parseFile(rest, text);
}

function parseEnv(rest: string, text: string): Reference {
  const [resource = "", key, ...more] = rest.split("/");
  if (!ENV_RESOURCE.test(resource)) {
    throw new ReferenceProblem(
      "{vault://env/NAME} needs a name of letters, digits, - and _; it is looked up in upper case with _ for -, so {vault://env/my-key} reads MY_KEY.",
    );
  }
  if (key === "" || more.length > 0) {
    throw new ReferenceProblem(
      `${text} must be {vault://env/NAME} or {vault://env/NAME/KEY} with one KEY of the JSON object that the variable holds.`,
    );
  }
  return { kind: "env", name: resource.toUpperCase().replaceAll("-", "_"), ...(key === undefined ? {} : { key }), text };
}

function parseFile(rest: string, text: string): Reference {
  const segments = rest.split("/");
  const isPlain = segments.every((segment) => segment !== "" && segment !== "." && segment !== ".." && !segment.includes("\0"));
  if (!isPlain) {
    throw new ReferenceProblem(
      '{vault://file/PATH} needs a relative path below the secrets folder: no leading "/", no empty, "." or ".." segment, as in {vault://file/openai.key}.',
    );
  }
  return { kind: "file", name: rest, text };
}

function parseDeck(inner: string, text: string): Reference {
  const call = DECK_CALL.exec(inner);
  if (call === null) throw new ReferenceProblem('Of "${{ … }}" only ${{ env "DECK_NAME" }} is known here.');
  const name = call[1] ?? call[2] ?? "";
  if (!/^DECK_[A-Za-z0-9_]+$/.test(name)) {
    throw new ReferenceProblem(
      'The variable in ${{ env "…" }} must begin with DECK_ and consist of letters, digits and _; for any other use {vault://env/NAME}.',
    );
  }
  return { kind: "env", name, text };
}
