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

const PRINCIPAL = ["azure_client_id", "azure_tenant_id"] as const;
const ENTRA = [...PRINCIPAL, "azure_client_secret"] as const;

/** What is given of Entra's settings though nothing uses it. */
function unusedEntra(target: Place): Finding[] {
  const provider = target.at("model", "provider");
  const auth = target.at("auth");
  const uses = auth.at("azure_use_managed_identity");
  const given = ENTRA.map((name) => auth.at(name)).filter((place) => place.given);
  if (!provider.deferred && !provider.is("azure"))
    return [...given, ...(uses.is(true) ? [uses] : [])].map((place) =>
      finding(place, "has no effect: only provider azure gets tokens of Entra."),
    );
  if (uses.deferred || uses.is(true)) return [];
  return given.map((place) => finding(place, "has no effect unless azure_use_managed_identity is true."));
}

const usesEntra = (target: Place): boolean =>
  target.at("model", "provider").is("azure") && target.at("auth", "azure_use_managed_identity").is(true);

/** A secret proves who one is, so it needs a name and a tenant; both may come from the gateway's environment. */
function incompleteEntra(target: Place): Finding[] {
  const auth = target.at("auth");
  if (!usesEntra(target) || !auth.at("azure_client_secret").given) return [];
  return PRINCIPAL.map((name) => auth.at(name))
    .filter((place) => !place.given)
    .map((place) =>
      finding(
        place,
        `is not given beside azure_client_secret: ${String(place.path.at(-1)).toUpperCase()} must be set where the gateway runs.`,
      ),
    );
}

function secondAuthorization(target: Place): Finding[] {
  const name = target.at("auth", "header_name");
  if (!usesEntra(target) || name.text?.toLowerCase() !== "authorization") return [];
  return [finding(name, "has no effect beside azure_use_managed_identity: the token is sent as Authorization.")];
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
  {
    id: 39,
    text: "`auth.azure_…` has an effect with provider `azure`, and there with `azure_use_managed_identity: true`.",
    severity: "warning",
    check: (tree) => tree.callees.flatMap(unusedEntra),
  },
  {
    id: 40,
    text: "`auth.azure_client_secret` needs `azure_client_id` and `azure_tenant_id`, in the configuration or in the gateway's environment.",
    severity: "warning",
    check: (tree) => tree.callees.flatMap(incompleteEntra),
  },
  {
    id: 41,
    text: "`auth.header_name` is not `Authorization` if a token of Entra is sent.",
    severity: "warning",
    check: (tree) => tree.callees.flatMap(secondAuthorization),
  },
];
