import { isHidden, isNothing, isRecord, UNKNOWN } from "./values";

/** What stands in a secret's place. */
export const MASK = "•••";

/** Longer texts are cut in the summary. */
const LONGEST = 80;

/**
 * How credentials look, wider than what the constructs refuse: a masked word that was harmless costs little. The last two are any long mix of letters
 * and digits without a separator (model names have separators) and the password of an address.
 */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  /(?<![A-Za-z0-9])(?:sk|pk|rk|xai)[-_][A-Za-z0-9_-]{12,}/g,
  /(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}/g,
  /(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{20,}/g,
  /(?<![A-Za-z0-9])(?:gsk|hf|gh[opsur]|github_pat|glpat)[-_][A-Za-z0-9_-]{12,}/g,
  /(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}/g,
  /(?<![A-Za-z0-9])eyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*)*/g,
  /\b(?:Bearer|Basic)\s+(?!\{|\$\{)[^\s"']+/gi,
  /(?<![A-Za-z0-9+])(?=[A-Za-z+]*\d)(?=[\d+]*[A-Za-z])[A-Za-z0-9+]{24,}={0,2}/g,
  /(?<=:\/\/)[^\s/?#@]*@/g,
  /(?<=[?&][^=&#\s]{1,64}=)[^&#\s]+/g,
];

/** Marks that change how a text is read without being seen: controls, direction marks, zero-width characters, private variants. */
const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]+/g;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Makes every text of the plan fit to be shown: without known secrets, without what looks like one, short, on one line. */
export class Redactor {
  private readonly secrets: readonly string[];

  /** @param secrets texts that must not be shown wherever they stand */
  constructor(secrets: Iterable<string>) {
    // the longest first, so that no rest of one secret stays because another one is a part of it
    this.secrets = [...new Set(secrets)].sort((left, right) => right.length - left.length);
  }

  /** The text without secrets. */
  redact(text: string): string {
    let safe = text;
    for (const secret of this.secrets) if (safe.includes(secret)) safe = safe.replaceAll(secret, MASK);
    for (const shape of SHAPES) safe = safe.replace(shape, MASK);
    return safe;
  }

  /** A value for people: without secrets, on one line, cut to `longest` characters. */
  show(value: unknown, longest = LONGEST): string {
    if (isNothing(value)) return "not set";
    if (isHidden(value)) return value === UNKNOWN ? "(known after apply)" : "(sensitive)";
    // secrets are looked for in the text as it is, and once more as it is shown: an invisible mark inside must not hide one
    const plain = this.redact(this.redact(asText(value)).replace(LONE_SURROGATE, "\ufffd").replace(INVISIBLE, " ")).trim();
    return plain.length > longest ? `${plain.slice(0, longest - 1).replace(LONE_SURROGATE, "")}…` : plain;
  }
}

function asText(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.length === 0 ? "none" : value.map(inner).join(", ");
  return inner(value);
}

function inner(value: unknown): string {
  if (typeof value === "string") return value;
  if (isHidden(value)) return value === UNKNOWN ? "(known after apply)" : "(sensitive)";
  if (Array.isArray(value)) return `[${value.map(inner).join(", ")}]`;
  if (isRecord(value)) {
    const members = Object.entries(value).filter(([, one]) => !isNothing(one));
    return `{${members.map(([name, one]) => `${name}: ${inner(one)}`).join(", ")}}`;
  }
  return String(value);
}
