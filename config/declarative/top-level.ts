import { didYouMean } from "../suggest";
import { KINDS } from "./collect";
import type { LoadContext } from "./context";
import { isRecord, kindOf, show } from "./fields";

/** Lists of Kong's declarative format that this gateway has no use for. */
const UNUSED_LISTS = [
  "upstreams",
  "targets",
  "certificates",
  "ca_certificates",
  "snis",
  "vaults",
  "partials",
  "keys",
  "key_sets",
  "licenses",
  "filter_chains",
  "consumer_group_consumers",
  "keyauth_credentials",
  "basicauth_credentials",
  "hmacauth_credentials",
  "jwt_secrets",
  "oauth2_credentials",
  "oauth2_tokens",
  "mtls_auth_credentials",
  "acls",
  "parameters",
  "rbac_roles",
  "rbac_endpoint_permissions",
  "custom_entities",
  "plugin_configs",
];

/** Keys with which Kong's tools steer themselves. */
const TOOL_KEYS = ["_transform", "_comment", "_ignore", "_info", "_workspace", "_konnect", "_plugin_configs"];

/** Checks what stands at the root of a file beside the entity lists. Returns whether the file can be read at all. */
export function checkTopLevel(root: unknown, context: LoadContext): root is Record<string, unknown> {
  if (!isRecord(root)) {
    context.error(
      [],
      `The file must be a map with _format_version: "3.0" and lists such as services, but ${root === null ? "it is empty" : `${kindOf(root)} was given`}.`,
    );
    return false;
  }
  checkVersion(root["_format_version"], context);
  const known: readonly string[] = ["_format_version", ...KINDS, ...UNUSED_LISTS, ...TOOL_KEYS];
  for (const [key, value] of Object.entries(root)) {
    if (TOOL_KEYS.includes(key)) context.warning([key], "means nothing here and is passed over.");
    else if (UNUSED_LISTS.includes(key)) {
      if (!Array.isArray(value) || value.length > 0) context.warning([key], "is not used here and is passed over.");
    } else if (!known.includes(key)) context.error([key], () => `is no known field here.${didYouMean(key, known)}`);
  }
  noteDefaults(root["_info"], context);
  return true;
}

function checkVersion(version: unknown, context: LoadContext): void {
  const must = 'must be the text "3.0"';
  if (version === undefined || version === null)
    context.error([], `_format_version ${must}: add _format_version: "3.0" as the first line.`);
  else if (version === "1.1" || version === "2.1") {
    context.error(
      ["_format_version"],
      `${must}, but "${version}" was given: convert the file with "deck file convert --from kong-gateway-2.x --to kong-gateway-3.x".`,
    );
  } else if (typeof version === "number") context.error(["_format_version"], `${must}, but a number was given: put it in quotes.`);
  else if (version !== "3.0") context.error(["_format_version"], `${must}, but ${show(version)} was given.`);
}

/** decK fills these into every entity, so passing over them would change what the entities mean. */
function noteDefaults(info: unknown, context: LoadContext): void {
  if (!isRecord(info)) return;
  const defaults = info["defaults"];
  if (isRecord(defaults) && Object.keys(defaults).length > 0) {
    context.error(["_info", "defaults"], "are not filled in here: write them at the entities themselves.");
  }
}
