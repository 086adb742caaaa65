import type { Rule } from "./rule";
import { allOrNone, finding } from "./rule";
import type { Place } from "./tree";

/** Providers whose requests are signed or carry short-lived tokens, which a client cannot bring along. */
const SIGNED = ["bedrock", "gemini"] as const;

function overrides(provider: Place, auth: Place) {
  if (!provider.is(...SIGNED) || !auth.at("allow_override").is(true)) return [];
  return [finding(auth.at("allow_override"), `must be false with provider ${String(provider.value)}, but true was given. Remove it.`)];
}

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
    id: 3,
    text: "With the providers `bedrock` and `gemini`, `auth.allow_override` is false.",
    severity: "error",
    check: (tree) => [
      ...tree.callees.flatMap((target) => overrides(target.at("model", "provider"), target.at("auth"))),
      ...(tree.plugin === "ai-proxy" ? [] : overrides(tree.root.at("embeddings", "model", "provider"), tree.root.at("embeddings", "auth"))),
    ],
  },
];
