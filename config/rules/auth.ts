import { credentialProblem, type Carrier } from "../credential-text";
import type { Finding, Rule } from "./rule";
import { allOrNone, finding } from "./rule";
import type { Place } from "./tree";

/** Providers whose requests are signed or carry short-lived tokens, which a client cannot bring along. */
const SIGNED = ["bedrock", "gemini"] as const;

function overrides(provider: Place, auth: Place) {
  if (!provider.is(...SIGNED) || !auth.at("allow_override").is(true)) return [];
  return [finding(auth.at("allow_override"), `must be false with provider ${String(provider.value)}, but true was given. Remove it.`)];
}

/** A header's name by RFC 9110. */
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/;

/** They tell how a message is framed or where it goes, so that a credential in their place would break every request. */
const FRAMING: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The name is not repeated: a whole header line, credential included, is a common mistake. */
function unsendable(auth: Place): Finding[] {
  const name = auth.at("header_name");
  if (name.text === undefined || (TOKEN.test(name.text) && !FRAMING.has(name.text.toLowerCase()))) return [];
  const why = "must be the name of a header that can carry a credential, such as Authorization or x-api-key";
  return [finding(name, `${why}, but another text was given. Write the name alone, and the value as header_value.`)];
}

/** Credentials that are given themselves. Those behind references are looked at where these are read. */
function uncarried(auth: Place): Finding[] {
  return Object.entries(CARRIERS).flatMap(([field, carrier]) => {
    const place = auth.at(field);
    const problem = place.text === undefined ? undefined : credentialProblem(place.text, carrier);
    return problem === undefined ? [] : [finding(place, problem)];
  });
}

const CARRIERS: Readonly<Record<string, Carrier>> = { header_value: "header", param_name: "parameter", param_value: "parameter" };

/** Rules about credentials. */
export const AUTH_RULES: readonly Rule[] = [
  {
    id: 1,
    text: "`auth.header_name` and `auth.header_value` are given together or not at all.",
    severity: "error",
    check: (tree) => tree.auths.flatMap((auth) => allOrNone(auth, ["header_name", "header_value"])),
  },
  {
    id: 2,
    text: "`auth.param_name`, `auth.param_value` and `auth.param_location` are given together or not at all.",
    severity: "error",
    check: (tree) => tree.auths.flatMap((auth) => allOrNone(auth, ["param_name", "param_value", "param_location"])),
  },
  {
    id: 38,
    text:
      "`auth.header_name` is the name of a header, and not one that frames a message (`Host`, `Content-Length`, `Connection`, …). `auth.header_value` is one line of ASCII, " +
      "`auth.param_name` and `auth.param_value` are one line of text.",
    severity: "error",
    check: (tree) => tree.auths.flatMap((auth) => [...unsendable(auth), ...uncarried(auth)]),
  },
  {
    id: 3,
    text: "With the providers `bedrock` and `gemini`, `auth.allow_override` is false.",
    severity: "error",
    check: (tree) => [
      ...tree.callees.flatMap((target) => overrides(target.at("model", "provider"), target.at("auth"))),
      ...(tree.plugin === "ai-proxy" ? [] : overrides(tree.root.at("embeddings", "model", "provider"), tree.root.at("embeddings", "auth"))),
    ],
  },
];
