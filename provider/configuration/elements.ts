import { given, quoted } from "../../config/given";
import type { Path, Problem } from "../../config/problem";
import { pluginField, type Field } from "../../config/schema/describe";
import type { AiPluginName } from "../../config/schema/plugins";
import { didYouMean } from "../../config/suggest";
import { isUnknown } from "../framework";
import { PLUGIN_ATTRIBUTES } from "../schema/configuration";
import { isRecord, type PlainRecord } from "./plain";

/** One plugin on its route: an element of `ai_proxy_advanced` or `ai_proxy`. */
export interface Element {
  readonly plugin: AiPluginName;
  /** Path of the element. */
  readonly path: Path;
  /** Kong's Route without its plugins; may be unknown or wrong. */
  readonly route: unknown;
  /** Kong's `config`, with free-form records decoded. */
  readonly config: PlainRecord;
}

/** The elements of a configuration, and what is wrong with its outer form. */
export interface Elements {
  readonly elements: readonly Element[];
  readonly problems: readonly Problem[];
}

const KNOWN: readonly string[] = ["name", ...Object.keys(PLUGIN_ATTRIBUTES)];

/** Takes a configuration apart. Never throws, whatever the tree; what is unknown is passed over. */
export function readElements(root: unknown): Elements {
  const problems: Problem[] = [];
  const error = (path: Path, message: string): void => void problems.push({ severity: "error", path, message });
  if (isUnknown(root)) return { elements: [], problems };
  if (!isRecord(root)) {
    error([], `The configuration must be an object with ${quoted(KNOWN)}, but ${given(root)} was given.`);
    return { elements: [], problems };
  }
  for (const name of Object.keys(root)) {
    if (!KNOWN.includes(name)) error([name], `is no known field here.${didYouMean(name, KNOWN) || ` Known are ${quoted(KNOWN)}.`}`);
  }
  const elements: Element[] = [];
  for (const [attribute, plugin] of Object.entries(PLUGIN_ATTRIBUTES)) {
    const list = Object.hasOwn(root, attribute) ? root[attribute] : undefined;
    if (list === undefined || list === null || isUnknown(list)) continue;
    if (!Array.isArray(list)) {
      error([attribute], `must be a list of objects, but ${given(list)} was given. Put it into a list.`);
      continue;
    }
    list.forEach((value: unknown, index) => {
      const path = [attribute, index];
      if (isUnknown(value)) return;
      if (!isRecord(value)) {
        error(path, `must be an object, but ${given(value)} was given.`);
        return;
      }
      const { route, ...config } = value;
      elements.push({ plugin, path, route, config: decodeFree(config, pluginField(plugin), path, error) as PlainRecord });
    });
  }
  return { elements, problems };
}

/** Free-form records travel as JSON. */
function decodeFree(value: unknown, field: Field, path: Path, error: (path: Path, message: string) => void): unknown {
  if (field.kind === "free") return decodeJson(value, path, error);
  const { item, fields } = field;
  if (Array.isArray(value) && item !== undefined) {
    return value.map((element: unknown, index) => decodeFree(element, item, [...path, index], error));
  }
  if (!isRecord(value)) return value;
  const decode = (name: string, member: unknown): unknown => {
    const known = fields?.get(name);
    return known === undefined ? member : decodeFree(member, known, [...path, name], error);
  };
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, decode(name, member)]));
}

/** What is wrong becomes an empty record, so that it is reported once. */
function decodeJson(value: unknown, path: Path, error: (path: Path, message: string) => void): unknown {
  if (isUnknown(value)) return value;
  const must = 'must be an object as a text of JSON, such as jsonencode({ team = "search" })';
  if (typeof value !== "string") {
    error(path, `${must}, but ${given(value)} was given.`);
    return {};
  }
  try {
    const decoded: unknown = JSON.parse(value);
    if (isRecord(decoded)) return decoded;
    error(path, `${must}, but JSON of ${given(decoded)} was given.`);
  } catch {
    error(path, `${must}, but a text that is no JSON was given.`);
  }
  return {};
}
