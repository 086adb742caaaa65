import type { Path } from "../problem";
import { isInOrigin, namesAddress, OPTION_USES, placeOf, type Place, type Use } from "./place";

/** Sources of values, by their names in a configuration. */
const TEMPLATE_SOURCES = ["headers", "uri_captures", "query_params"] as const;

export type TemplateSource = (typeof TEMPLATE_SOURCES)[number];

/** One `$(source.key)`. */
export interface Placeholder {
  readonly source: TemplateSource;
  readonly key: string;
  readonly place: Place;
}

/** How much of an origin templates decide. */
export type Reach = "nothing" | "host" | "origin";

/** A text taken apart. */
export interface ParsedTemplate {
  /** Literal text and placeholders, in order. */
  readonly pieces: readonly (string | Placeholder)[];
  /** The literal text with a letter for each placeholder. */
  readonly skeleton: string;
  /** What is wrong with an expression; undefined if nothing is. */
  readonly problem: string | undefined;
  /** What of the address values take part in: nothing of scheme, host and port, the host alone, or more than it. */
  readonly reach: Reach;
}

const STAND_IN = "x";

const isSource = (name: string): name is TemplateSource => (TEMPLATE_SOURCES as readonly string[]).includes(name);

/** Whether a text has anything to fill in, well formed or not. */
export const isTemplate = (text: string): boolean => text.includes("$(");

const reachOf = (place: Place): Reach => (place === "label" || place === "host" ? "host" : isInOrigin(place) ? "origin" : "nothing");

const wider = (one: Reach, other: Reach): Reach => (one === "nothing" || other === "origin" ? other : one);

/** Takes a text apart; never throws. Source: Kong's `model.name` and `model.options`. */
export function parseTemplate(text: string, use: Use): ParsedTemplate {
  const pieces: (string | Placeholder)[] = [];
  let problem: string | undefined;
  let skeleton = "";
  let reach: Reach = "nothing";
  let at = 0;
  for (;;) {
    const start = text.indexOf("$(", at);
    if (start < 0) break;
    const end = text.indexOf(")", start);
    const expression = end < 0 ? [] : text.slice(start + 2, end).split(".");
    const [source, key] = expression;
    const place = placeOf(use, skeleton + text.slice(at, start), end < 0 ? "" : text.slice(end + 1));
    reach = wider(reach, reachOf(place));
    if (source === undefined || source === "" || key === undefined || key === "" || expression.length !== 2) {
      problem ??= `cannot parse expression for field '${text}'`;
      break;
    }
    if (start > at) pieces.push(text.slice(at, start));
    skeleton += text.slice(at, start) + STAND_IN;
    at = end + 1;
    if (isSource(source)) pieces.push({ source, key, place });
    else problem ??= `source '${source}' is not supported`;
  }
  if (at < text.length) pieces.push(text.slice(at));
  return { pieces, skeleton: skeleton + text.slice(at), problem, reach };
}

/** A template that decides who is called. */
export interface OriginTemplate {
  /** Below `model.options`. */
  readonly path: Path;
  readonly reach: Exclude<Reach, "nothing">;
}

/** How much of a target's origin the templates of its options decide, all of them together. */
export const reachOfOptions = (options: unknown): Reach =>
  originTemplates(options).reduce<Reach>((reach, template) => wider(reach, template.reach), "nothing");

/**
 * The templates below `model.options` that decide who is called. Where `upstream_url` is given, it alone names the provider's address, and the
 * parts of the provider's own address count no more. Takes options of any shape.
 */
export function originTemplates(options: unknown): readonly OriginTemplate[] {
  const found: OriginTemplate[] = [];
  visit(options, [], found);
  if (!namesAddress(options)) return found;
  return found.filter(({ path }) => OPTION_USES[String(path.at(-1))] === "url");
}

function visit(value: unknown, path: Path, found: OriginTemplate[]): void {
  if (typeof value === "string") {
    const name = path.findLast((part) => typeof part === "string");
    const use = typeof name === "string" && Object.hasOwn(OPTION_USES, name) ? OPTION_USES[name] : undefined;
    const reach = use !== undefined && isTemplate(value) ? parseTemplate(value, use).reach : "nothing";
    if (reach !== "nothing") found.push({ path, reach });
  } else if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) visit(child, [...path, Array.isArray(value) ? Number(key) : key], found);
  }
}
