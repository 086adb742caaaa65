import { namesAddress, useOf, type Use } from "../../config/templates/place";
import { isTemplate, parseTemplate, type ParsedTemplate, type Placeholder, type TemplateSource } from "../../config/templates/parse";
import { climbs, dotSegments, encoded, refusal } from "./inserted-value";

/** Where the values of `$(headers.x)`, `$(uri_captures.x)` and `$(query_params.x)` come from: the client's request. */
export interface TemplateSources {
  header(name: string): string | undefined;
  uriCapture(name: string): string | undefined;
  queryParam(name: string): string | undefined;
}

/** A request cannot fill a template, or fills it with something unsafe; answered with 400 and this message, which never holds the value. */
export class TemplateProblem extends Error {
  override readonly name = "TemplateProblem";
}

const READERS: Readonly<Record<TemplateSource, (sources: TemplateSources, key: string) => string | undefined>> = {
  headers: (sources, key) => sources.header(key.toLowerCase()),
  uri_captures: (sources, key) => sources.uriCapture(key),
  query_params: (sources, key) => sources.queryParam(key),
};

/** A text with at least one `$(source.key)`, taken apart once. Source: Kong's `model.name` and `model.options`. */
export class Template {
  private readonly parsed: ParsedTemplate;
  /** Counts segments that lead elsewhere. Those of the literal text are the administrator's wish. */
  private readonly turns: (text: string) => number;
  private readonly literalTurns: number;

  /**
   * @param text as configured
   * @param use what the text is used as; in a URL the place of each value is found from the text around it
   */
  constructor(text: string, use: Use = "text") {
    this.parsed = parseTemplate(text, use);
    this.turns = use === "url" || use === "path" || use === "segment" ? turnsInPath : climbs;
    this.literalTurns = this.turns(this.parsed.skeleton);
  }

  /**
   * Fills the text from a request; each value is written as its place needs it. A value that is empty counts as not provided.
   *
   * @throws TemplateProblem if an expression is wrong, a value is missing, or one is unsafe where it goes
   */
  render(sources: TemplateSources): string {
    const { pieces, problem } = this.parsed;
    if (problem !== undefined) throw new TemplateProblem(problem);
    let text = "";
    for (const piece of pieces) text += typeof piece === "string" ? piece : valueOf(piece, sources);
    // Two harmless values can make a climbing one together: "." and ".".
    if (this.turns(text) > this.literalTurns)
      throw new TemplateProblem("values inserted into a template must not form '.' or '..' segments");
    return text;
  }
}

/** The query of a URL is no path. */
function turnsInPath(text: string): number {
  const mark = /[?#]/.exec(text);
  return dotSegments(mark === null ? text : text.slice(0, mark.index));
}

/** Takes a text apart; undefined if it has no `$(` and so needs no rendering. Never throws: a wrong expression fails each render. */
export function compileTemplate(text: string, use: Use = "text"): Template | undefined {
  return isTemplate(text) ? new Template(text, use) : undefined;
}

function valueOf({ source, key, place }: Placeholder, sources: TemplateSources): string {
  const value = READERS[source](sources, key);
  if (value === undefined || value === "") throw new TemplateProblem(`${source} key ${key} was not provided`);
  const reason = refusal(value, place);
  if (reason !== undefined) throw new TemplateProblem(`${source} key ${key} must not ${reason}`);
  return encoded(value, place);
}

/** A value (as `model.options`) in which any string, however deep, may be a template. */
export interface TemplatedValue<T> {
  /** False: nothing is templated, and `render` gives back the very value that was compiled. */
  readonly templated: boolean;
  /** A copy with its templates filled; parts without templates are shared with the original. @throws TemplateProblem */
  render(sources: TemplateSources): T;
}

type Renderer = (sources: TemplateSources) => unknown;

/** Compiles every template below a value of plain objects and arrays, such as `model.options`. */
export function compileTemplates<T>(value: T): TemplatedValue<T> {
  const renderer = compileNode(value, "text", namesAddress(value));
  if (renderer === undefined) return { templated: false, render: () => value };
  return { templated: true, render: (sources) => renderer(sources) as T };
}

/** Undefined if there is nothing to render below. */
function compileNode(value: unknown, use: Use, besideAddress: boolean): Renderer | undefined {
  if (typeof value === "string") {
    const template = compileTemplate(value, use);
    return template && ((sources) => template.render(sources));
  }
  if (typeof value !== "object" || value === null) return undefined;
  const renderers: [string, Renderer][] = [];
  for (const [key, child] of Object.entries(value)) {
    const own = Array.isArray(value) ? undefined : useOf(key, besideAddress);
    const renderer = compileNode(child, own ?? use, besideAddress);
    if (renderer) renderers.push([key, renderer]);
  }
  if (renderers.length === 0) return undefined;
  return (sources) => {
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
    for (const [key, renderer] of renderers) copy[key] = renderer(sources);
    return copy;
  };
}
