interface Shape {
  readonly name: string;
  readonly pattern: RegExp;
}

/** How the credentials of well-known services look. A shape needs a digit where plain words could look alike. */
const SHAPES: readonly Shape[] = [
  { name: "an API key (sk-…)", pattern: /(?<![A-Za-z0-9])sk-(?=[A-Za-z0-9_-]{0,200}\d)[A-Za-z0-9_-]{16,}/ },
  { name: "an AWS access key id", pattern: /(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![0-9A-Z])/ },
  { name: "a Google API key", pattern: /(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{30,}/ },
  { name: "a Groq API key", pattern: /(?<![A-Za-z0-9])gsk_[A-Za-z0-9]{16,}/ },
  { name: "an xAI API key", pattern: /(?<![A-Za-z0-9])xai-(?=[A-Za-z0-9_-]{0,200}\d)[A-Za-z0-9_-]{16,}/ },
  { name: "a Hugging Face token", pattern: /(?<![A-Za-z0-9])hf_[A-Za-z0-9]{16,}/ },
  { name: "a GitHub token", pattern: /(?<![A-Za-z0-9])(?:gh[opsur]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/ },
  { name: "a Slack token", pattern: /(?<![A-Za-z0-9])xox[abprs]-[A-Za-z0-9-]{10,}/ },
  { name: "a private key", pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/ },
];

/** Names of the credential shapes that a text contains; empty for harmless texts. The text itself is never part of the answer. */
export function keyShapes(text: string): readonly string[] {
  return SHAPES.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name);
}

/** The text with every credential that has one of the shapes replaced by the shape's name. */
export function withoutKeys(text: string): string {
  return SHAPES.reduce(
    (rest, { name, pattern }) => (pattern.test(rest) ? rest.replace(new RegExp(pattern, "g"), `(${name})`) : rest),
    text,
  );
}
