/**
 * Where an inserted value ends up, which decides what it may hold and how it is written there.
 * `text`: not in an address, such as a body's `model`. `segment`: exactly one path segment. `path`: in a path, where it may span segments.
 * `query`: in a query. `header`: a header's value. `label`: one label of a host name. `host`: a host name, or an end of one. `port`, `scheme`: these parts of a URL.
 * `origin`: scheme, host and port in one.
 */
export type Place = "text" | "header" | "path" | "segment" | "query" | "label" | "host" | "port" | "scheme" | "origin";

/** What a whole text is used as: a place, or a URL, in which the place of each value is found from the text around it. */
export type Use = Place | "url";

const ORIGIN_PLACES: ReadonlySet<Place> = new Set<Place>(["label", "host", "port", "scheme", "origin"]);

/** Whether a value at this place takes part in who is called. */
export const isInOrigin = (place: Place): boolean => ORIGIN_PLACES.has(place);

/** Members of `model.options` that become part of an address or a header, by their last name; the values of all others are `text`. */
export const OPTION_USES: Readonly<Record<string, Use>> = {
  anthropic_version: "header",
  api_endpoint: "host",
  aws_region: "label",
  azure_instance: "label",
  location_id: "label",
  workspace_instance_id: "host",
  azure_api_version: "query",
  azure_deployment_id: "segment",
  endpoint_id: "segment",
  project_id: "segment",
  upstream_path: "path",
  aws_sts_endpoint_url: "url",
  upstream_url: "url",
};

/** Whether options name an address of their own, so that the parts of the provider's count no more. Takes options of any shape. */
export function namesAddress(options: unknown): boolean {
  const url = typeof options === "object" && options !== null ? (options as { readonly upstream_url?: unknown }).upstream_url : undefined;
  return url !== undefined && url !== null && url !== "";
}

/**
 * What a member of `model.options` is used as; undefined if its value is `text`.
 * @param besideAddress whether the options name an address of their own: nothing else is part of a host then, but may still go into a header
 */
export function useOf(name: string, besideAddress: boolean): Use | undefined {
  const use = Object.hasOwn(OPTION_USES, name) ? OPTION_USES[name] : undefined;
  return besideAddress && (use === "label" || use === "host") ? "header" : use;
}

/** Up to the authority; URL parsers take one slash, many or a backslash for the two. */
const TO_AUTHORITY = /^[a-z][a-z0-9+.-]*:[/\\]*/i;
const SCHEME_CHARACTERS = /^[a-z0-9+.-]*$/i;
const REST_OF_SCHEME = /^[a-z0-9+.-]*:\/\//i;

/**
 * The place of a value in a text.
 * @param before the text in front of it, with any letter for each value that stands there
 * @param behind the text behind it, as configured
 */
export function placeOf(use: Use, before: string, behind: string): Place {
  if (use === "path") return inPath(before, behind);
  if (use !== "url") return use;
  const start = before.trimStart();
  const scheme = TO_AUTHORITY.exec(start)?.[0];
  if (scheme === undefined && SCHEME_CHARACTERS.test(start)) return start === "" && !REST_OF_SCHEME.test(behind) ? "origin" : "scheme";
  const rest = start.slice(scheme?.length ?? 0);
  if (scheme !== undefined && !/[/?#\\]/.test(rest)) return inAuthority(rest, behind);
  return inPath(rest, behind);
}

function inAuthority(before: string, behind: string): Place {
  const host = before.slice(before.lastIndexOf("@") + 1);
  if (host.slice(host.lastIndexOf("]") + 1).includes(":")) return "port";
  return behind.startsWith(".") ? "label" : "host";
}

function inPath(before: string, behind: string): Place {
  if (/[?#]/.test(before)) return "query";
  return before.endsWith("/") && behind.startsWith("/") ? "segment" : "path";
}
