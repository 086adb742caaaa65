/** Takes the gateway's configuration out of what `cdktf synth` wrote, as Terraform would hand it to the delivery container. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One target, as far as the summary shows it. */
export interface TargetSummary {
  readonly provider: string;
  readonly model: string;
  readonly alias: string | undefined;
  readonly weight: number;
}

/** The members of a declarative document that are read here. */
export interface KongDocument {
  readonly services: readonly {
    readonly routes: readonly {
      readonly name: string;
      readonly paths?: readonly string[];
      readonly plugins: readonly { readonly name: string; readonly config: AiConfig }[];
    }[];
  }[];
}

interface AiConfig {
  readonly balancer?: { readonly algorithm?: string };
  readonly targets?: readonly {
    readonly weight?: number;
    readonly model: { readonly provider: string; readonly name: string; readonly model_alias?: string };
  }[];
}

interface Manifest {
  readonly stacks: Readonly<Record<string, { readonly synthesizedStackPath: string }>>;
}

const documentOf = (locals: Readonly<Record<string, unknown>>): unknown =>
  Object.entries(locals).find(([name]) => name.endsWith("_configuration"))?.[1];

/** Does what Terraform does with a text in JSON syntax: `$${` is a plain `${`; a real expression has no value before a deploy. */
function plainText(text: string): string {
  if (/(?<!\$)\$\{|(?<!%)%\{/.test(text))
    throw new Error(`The configuration must be known at synth to run without Terraform, but holds ${text}.`);
  return text.replaceAll("$${", "${").replaceAll("%%{", "%{");
}

function plain(value: unknown): unknown {
  if (typeof value === "string") return plainText(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [plainText(key), plain(member)]));
}

/**
 * The declarative document of the first stack in `folder` (a `cdktf.out`) that has a gateway.
 * @throws Error where no stack has one, or where it holds values that only a deploy knows.
 */
export function readSynthesized(folder: string): KongDocument {
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Manifest;
  for (const { synthesizedStackPath } of Object.values(manifest.stacks)) {
    const stack = JSON.parse(readFileSync(join(folder, synthesizedStackPath), "utf8")) as { readonly locals?: Record<string, unknown> };
    const document = documentOf(stack.locals ?? {});
    if (document !== undefined) return plain(document) as KongDocument;
  }
  throw new Error(`A stack in ${folder} must hold a gateway's configuration as a local, but none does.`);
}

/** The route that clients call, and the targets behind it. */
export function summarize(document: KongDocument): {
  readonly path: string;
  readonly algorithm: string;
  readonly targets: readonly TargetSummary[];
} {
  const route = document.services.flatMap(({ routes }) => routes)[0];
  const config = route?.plugins.find(({ name }) => name === "ai-proxy-advanced")?.config;
  const path = route?.paths?.[0];
  if (path === undefined || config?.targets === undefined)
    throw new Error("The first route must have a path and an ai-proxy-advanced plugin with targets.");
  return {
    path,
    algorithm: config.balancer?.algorithm ?? "round-robin",
    targets: config.targets.map(({ model, weight }) => ({
      provider: model.provider,
      model: model.name,
      alias: model.model_alias,
      weight: weight ?? 100,
    })),
  };
}

/** Names of the secret files that the document refers to. */
export const secretFiles = (document: KongDocument): readonly string[] => [
  ...new Set([...JSON.stringify(document).matchAll(/\{vault:\/\/file\/([^}"]+)\}/g)].map(([, name]) => name ?? "")),
];
