/** Kong's declarative document as this product writes it: one Service that carries all routes, each with its plugins nested. */

/** A Kong Service needs an address; the AI plugins replace it whole. */
const DUMMY_URL = "http://localhost:32000";

/**
 * The document that a gateway serves.
 *
 * @param name Name of the Service, which logs show.
 */
export function kongDocument(name: string, routes: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  return { _format_version: "3.0", services: [{ name, url: DUMMY_URL, routes }] };
}
