import { given } from "../../config/given";
import type { Path } from "../../config/problem";
import { hasReference } from "../../config/references";
import { pluginField, type Field } from "../../config/schema/describe";
import type { AiPluginName } from "../../config/schema/plugins";
import { validatePlugin } from "../../config/validate";
import { pluginAttributes, typeOf } from "../schema/attributes";
import { conform } from "./conform";
import { isRecord, type PlainRecord } from "./plain";
import type { UnresolvedContext } from "./route";

/** Where a plugin's `config` stands. */
export interface ConfigPlace {
  readonly path: Path;
  readonly context: UnresolvedContext;
  /** Protocols of its route, where it has one. */
  readonly protocols?: readonly string[];
}

/** Null means not given, in Kong's files and in Terraform alike. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([, member]) => member !== null && member !== undefined);
  return Object.fromEntries(members.map(([name, member]) => [name, withoutNulls(member)]));
}

/** Free-form records become texts of JSON before anything in them is dropped: null means something there. */
function encodeFree(value: unknown, field: Field | undefined): unknown {
  if (field?.kind === "free" && isRecord(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return value.map((element) => encodeFree(element, field?.item));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, encodeFree(member, field?.fields?.get(name))]));
}

const isDeferred = (value: unknown): boolean => typeof value === "string" && hasReference(value);

/** A plugin's `config` as the data source takes it; what is wrong is noted in the context. */
export function readPluginConfig(plugin: AiPluginName, config: unknown, { path, context, protocols }: ConfigPlace): PlainRecord {
  if (!isRecord(config)) {
    context.error(path, `must be an object with the plugin's configuration, but ${given(config)} was given.`);
    return {};
  }
  const { problems } = validatePlugin(plugin, config, { path, isDeferred, ...(protocols && { protocols }) });
  context.add(problems);
  const encoded = withoutNulls(encodeFree(config, pluginField(plugin)));
  for (const problem of conform(encoded, typeOf(pluginAttributes(plugin))).problems) {
    context.error([...path, ...problem.path], problem.message);
  }
  return isRecord(encoded) ? encoded : {};
}
