import { ALLOWED_ORIGIN_FORMS, parseAllowedOrigin } from "../allowed-origins";
import { isTemplate, originTemplates, parseTemplate } from "../templates/parse";
import { namesAddress } from "../templates/place";
import type { Finding, Rule } from "./rule";
import { finding } from "./rule";
import type { Place, Tree } from "./tree";
import { parsedUrl } from "../parsed-url";

function unlimited({ plugin, callees, extensions }: Tree): Finding[] {
  const allowed = extensions.at("allowed_origins");
  if (allowed.given) return [];
  const remedy =
    plugin === "ai-proxy"
      ? "ai-proxy has no list of allowed ones: use ai-proxy-advanced with extensions.allowed_origins, or write the address out"
      : `set extensions.allowed_origins to those that may be called, each ${ALLOWED_ORIGIN_FORMS}, or write the address out`;
  return callees.flatMap((target) => {
    const options = target.at("model", "options");
    return originTemplates(options.value).map(({ path }) =>
      finding(
        options.at(...path),
        `must not let a request decide who is called and gets the credentials, but a template stands in the address: ${remedy}.`,
      ),
    );
  });
}

function malformed({ extensions }: Tree): Finding[] {
  const isWrong = ({ text }: Place): boolean => text !== undefined && parseAllowedOrigin(text) === undefined;
  return extensions
    .at("allowed_origins")
    .items.filter(isWrong)
    .map((item) => finding(item, `must be ${ALLOWED_ORIGIN_FORMS}, but ${item.shown} was given.`));
}

/** The address is not repeated, as it may hold a credential. */
function noAddress({ callees }: Tree): Finding[] {
  return callees
    .map((target) => target.at("model", "options", "upstream_url"))
    .filter(({ text }) => text !== undefined && text !== "" && !isTemplate(text) && !isWebAddress(text))
    .map((address) => finding(address, "must be a full http:// or https:// URL, but something else was given."));
}

/** Options that are part of the host of a provider's own address, and what a host's part may hold. */
const HOST_PARTS = [
  { path: ["azure_instance"], form: /^[A-Za-z0-9-]+$/, holds: "letters, digits and '-'" },
  { path: ["databricks", "workspace_instance_id"], form: /^[A-Za-z0-9.-]+$/, holds: "letters, digits, '-' and '.'" },
] as const;

/** What is no part of a host would end it: the credentials would go to another one. */
function noHostParts({ callees }: Tree): Finding[] {
  return callees
    .map((target) => target.at("model", "options"))
    .filter((options) => !namesAddress(options.value))
    .flatMap((options) =>
      HOST_PARTS.flatMap(({ path, form, holds }) => {
        const part = options.at(...path);
        const { text } = part;
        if (text === undefined || form.test(isTemplate(text) ? parseTemplate(text, "text").skeleton : text)) return [];
        return [
          finding(part, `must hold nothing but ${holds}, as it is part of a host name: write the name alone, without scheme and domain.`),
        ];
      }),
    );
}

/** A deployment is a segment of the path, unless the v1 API is told it as a model. */
function noSegments({ callees }: Tree): Finding[] {
  return callees
    .map((target) => target.at("model", "options"))
    .filter((options) => !namesAddress(options.value) && !options.at("azure_api_version").is("v1", "preview"))
    .map((options) => options.at("azure_deployment_id"))
    .filter(({ text }) => text !== undefined && (text === "." || text === ".." || /[/\\?#]/.test(text)))
    .map((deployment) => finding(deployment, "should be the name of a deployment, which is one segment of the path, but it holds more."));
}

const isWebAddress = (text: string): boolean => /^https?:$/.test(parsedUrl(text)?.protocol ?? "");

/** Rules about who may be called. */
export const ORIGIN_RULES: readonly Rule[] = [
  {
    id: 35,
    text: "A template in the scheme, host or port of `options.upstream_url`, or in an option that is part of the host (`azure_instance`, `gemini.api_endpoint`, `bedrock.aws_region`, …; beside an `upstream_url` they are not), needs `extensions.allowed_origins`.",
    severity: "error",
    check: unlimited,
  },
  {
    id: 36,
    text: "`extensions.allowed_origins` holds origins (`https://host`, `https://host:port`) and host patterns (`*.suffix`).",
    severity: "error",
    check: malformed,
  },
  {
    id: 37,
    text: "`options.upstream_url` is a full `http://` or `https://` URL, unless a template stands in it. The gateway refuses to serve another one; it is a warning here, as what a reference stands for may differ from place to place.",
    severity: "warning",
    check: noAddress,
  },
  {
    id: 43,
    text: "`options.azure_instance` and `options.databricks.workspace_instance_id` are parts of a host name, without scheme and domain, if they name the address.",
    severity: "error",
    check: noHostParts,
  },
  {
    id: 44,
    text: "`options.azure_deployment_id` is one segment of a path, if it is part of one.",
    severity: "warning",
    check: noSegments,
  },
];
