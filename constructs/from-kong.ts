import { readFileSync } from "node:fs";
import { readDocument } from "../config/declarative/document";
import { given } from "../config/given";
import { formatProblem, hasErrors } from "../config/problem";
import { Misuse, isRecord, misshape } from "./tree";
import type { Tree } from "./tree";

/** A configuration in Kong's own form. */
export interface FromKong<Input> {
  /** The plain object, or YAML or JSON text: the plugin's `config`, or the whole plugin with `name` and `config`. */
  readonly config: Input | string;
}

/** A configuration in Kong's own form, in a file. */
export interface FromKongFile {
  /** Path of a YAML or JSON file that holds the plugin's `config`, or the whole plugin. Relative to the working folder. */
  readonly file: string;
}

/**
 * The plugin's `config` out of what was given. What is no configuration of this plugin becomes a problem of the synth.
 *
 * @throws Error if a file cannot be read or a text is no YAML.
 */
export function readKong(plugin: string, source: FromKong<unknown> | FromKongFile): Tree {
  const content = "file" in source ? readFileSync(source.file, "utf8") : source.config;
  const document: unknown = typeof content === "string" ? parse(content) : content;
  const misuse = misshape(document);
  if (misuse !== undefined) return { config: misuse };
  // it may be a credential that was given in the wrong place
  if (!isRecord(document)) return { config: new Misuse(`must be an object, but ${given(document, true)} was given.`) };
  const { name, config } = document;
  if (typeof name !== "string" || config === undefined) return document;
  if (name !== plugin) return { name: new Misuse(`must be ${plugin}, but ${given(name)} was given. Use the construct of that plugin.`) };
  return isRecord(config) ? config : { config: new Misuse(`must be an object, but ${given(config, true)} was given.`) };
}

/** @throws Error with places and reasons that quote nothing of the text, which may hold a credential */
function parse(text: string): unknown {
  const { value, problems } = readDocument(text);
  if (hasErrors(problems)) throw new Error(`The text is no valid YAML or JSON: ${problems.map((one) => formatProblem(one)).join("; ")}`);
  return value;
}
