import { climbs, refusal, type Place } from "./inserted-value";

/** Where the values of `$(headers.x)`, `$(uri_captures.x)` and `$(query_params.x)` come from: the client's request. */
export interface TemplateSources {
  header(name: string): string | undefined;
  uriCapture(name: string): string | undefined;
  queryParam(name: string): string | undefined;
}

/** How a rendered text will be used. */
export interface RenderOptions {
  /** The text becomes one path segment of a URL, so inserted values may hold nothing that would end the segment. Default false. */
  readonly singleSegment: boolean;
}

/** A request cannot fill a template, or fills it with something unsafe; answered with 400 and this message, which never holds the value. */
export class TemplateProblem extends Error {
  override readonly name = "TemplateProblem";
}

interface Placeholder {
  readonly source: keyof typeof READERS;
  readonly key: string;
  readonly place: Place;
}

/** The sources by their names in a configuration. */
const READERS = {
  headers: (sources: TemplateSources, key: string) => sources.header(key.toLowerCase()),
  uri_captures: (sources: TemplateSources, key: string) => sources.uriCapture(key),
  query_params: (sources: TemplateSources, key: string) => sources.queryParam(key),
};

/** The end of a text's literal start says where the next value goes: into the host of a URL, or into its path. */
const IN_HOST = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*$/i;
const IN_PATH = /^(?:[a-z][a-z0-9+.-]*:\/\/[^/?#]+)?\//i;
/** Stands for a placeholder where only the literal text around it matters. */
const STAND_IN = "x";

/** A text with at least one `$(source.key)`, taken apart once. Source: Kong's `model.name` and `model.options`. */
export class Template {
  private readonly pieces: readonly (string | Placeholder)[];
  /** The literal text itself has `..` segments: the administrator's wish. */
  private readonly climbsByItself: boolean;
  /** What is wrong with an expression; every request is answered with it. */
  private readonly problem: string | undefined;

  /**
   * @param text as configured
   * @param place where the text is used; inside a URL or an absolute path the place of each value is found from the text around it
   */
  constructor(text: string, place: Place = "text") {
    const pieces: (string | Placeholder)[] = [];
    let problem: string | undefined;
    let before = "";
    let at = 0;
    for (;;) {
      const start = text.indexOf("$(", at);
      if (start < 0) break;
      const end = text.indexOf(")", start);
      const expression = end < 0 ? [] : text.slice(start + 2, end).split(".");
      const [source, key] = expression;
      if (source === undefined || source === "" || key === undefined || key === "" || expression.length !== 2) {
        problem ??= `cannot parse expression for field '${text}'`;
        break;
      }
      if (start > at) pieces.push(text.slice(at, start));
      before += text.slice(at, start);
      at = end + 1;
      if (isSource(source)) pieces.push({ source, key, place: placeOf(before, text.slice(at), place) });
      else problem ??= `source '${source}' is not supported`;
      before += STAND_IN;
    }
    if (at < text.length) pieces.push(text.slice(at));
    this.pieces = pieces;
    this.problem = problem;
    this.climbsByItself = climbs(before + text.slice(at));
  }

  /**
   * Fills the text from a request. A value that is empty counts as not provided.
   *
   * @throws TemplateProblem where an expression is wrong, a value is missing, or one is unsafe where it goes (docs/behaviour.md "Requests and models")
   */
  render(sources: TemplateSources, options?: RenderOptions): string {
    if (this.problem !== undefined) throw new TemplateProblem(this.problem);
    let text = "";
    for (const piece of this.pieces) text += typeof piece === "string" ? piece : valueOf(piece, sources, options?.singleSegment === true);
    // Two harmless values can make a climbing one together: "." and ".".
    if (!this.climbsByItself && climbs(text)) throw new TemplateProblem("values inserted into a template must not form '..' segments");
    return text;
  }
}

/** Takes a text apart; undefined where it has no `$(` and so needs no rendering. Never throws: a wrong expression fails each render. */
export function compileTemplate(text: string, place: Place = "text"): Template | undefined {
  return text.includes("$(") ? new Template(text, place) : undefined;
}

function isSource(name: string): name is keyof typeof READERS {
  return Object.hasOwn(READERS, name);
}

function placeOf(before: string, behind: string, place: Place): Place {
  if (IN_HOST.test(before)) return "host";
  if (!IN_PATH.test(before)) return place;
  return before.endsWith("/") && behind.startsWith("/") ? "segment" : "path";
}

function valueOf({ source, key, place }: Placeholder, sources: TemplateSources, singleSegment: boolean): string {
  const value = READERS[source](sources, key);
  if (value === undefined || value === "") throw new TemplateProblem(`${source} key ${key} was not provided`);
  const reason = refusal(value, place) ?? (singleSegment ? refusal(value, "segment") : undefined);
  if (reason !== undefined) throw new TemplateProblem(`${source} key ${key} must not ${reason}`);
  return value;
}

/** A value (as `model.options`) in which any string, however deep, may be a template. */
export interface TemplatedValue<T> {
  /** False: nothing is templated, and `render` gives back the very value that was compiled. */
  readonly templated: boolean;
  /** A copy with its templates filled; parts without templates are shared with the original. @throws TemplateProblem */
  render(sources: TemplateSources, options?: RenderOptions): T;
}

/** Fields of `model.options` that become part of an address, by their last name. */
const PLACES: Readonly<Record<string, Place>> = {
  api_endpoint: "host",
  aws_region: "host",
  azure_instance: "host",
  location_id: "host",
  workspace_instance_id: "host",
  azure_deployment_id: "segment",
  endpoint_id: "segment",
  project_id: "segment",
  aws_sts_endpoint_url: "path",
  upstream_path: "path",
  upstream_url: "path",
};

type Renderer = (sources: TemplateSources, options: RenderOptions | undefined) => unknown;

/** Compiles every template below a value of plain objects and arrays. */
export function compileTemplates<T>(value: T): TemplatedValue<T> {
  const renderer = compileNode(value, "text");
  if (renderer === undefined) return { templated: false, render: () => value };
  return { templated: true, render: (sources, options) => renderer(sources, options) as T };
}

/** Undefined where there is nothing to render below. */
function compileNode(value: unknown, place: Place): Renderer | undefined {
  if (typeof value === "string") {
    const template = compileTemplate(value, place);
    return template && ((sources, options) => template.render(sources, options));
  }
  if (typeof value !== "object" || value === null) return undefined;
  const renderers: [string, Renderer][] = [];
  for (const [key, child] of Object.entries(value)) {
    const renderer = compileNode(child, (Array.isArray(value) ? undefined : PLACES[key]) ?? place);
    if (renderer) renderers.push([key, renderer]);
  }
  if (renderers.length === 0) return undefined;
  return (sources, options) => {
    const copy = (Array.isArray(value) ? [...(value as unknown[])] : { ...value }) as Record<string, unknown>;
    for (const [key, renderer] of renderers) copy[key] = renderer(sources, options);
    return copy;
  };
}
