import { attribute, t } from "../framework";

/** The attributes of `route`: which requests a plugin answers. Names, units and defaults are those of Kong's Route. */
export const routeAttributes = {
  name: attribute.string({
    required: true,
    description: "Name of the route; unique in the gateway and shown in plans and logs. Letters, digits and `.`, `-`, `_`, `~`.",
  }),
  paths: attribute.list(t.string, {
    optional: true,
    description: "Prefixes such as `/chat`, or regular expressions that begin with `~`. Left out: any path.",
  }),
  methods: attribute.list(t.string, { optional: true, description: "HTTP methods in capitals. Left out: any method." }),
  hosts: attribute.list(t.string, {
    optional: true,
    description: "Host names; `*` may stand for the first or last label. Left out: any host.",
  }),
  headers: attribute.map(t.list(t.string), {
    optional: true,
    description: "Header name to accepted values; a single value that begins with `~*` is a regular expression. Left out: any headers.",
  }),
  strip_path: attribute.bool({
    optional: true,
    description: "Whether the matched prefix is taken off the path that the provider sees. Default: `true`.",
  }),
  preserve_host: attribute.bool({
    optional: true,
    description: "Whether the client's `Host` header is passed on. Default: `false`.",
  }),
  regex_priority: attribute.number({
    optional: true,
    description: "Order among regular expressions; the higher one is tried first. Default: `0`.",
  }),
  protocols: attribute.list(t.string, {
    optional: true,
    description: 'Protocols of the route. Default: `["http", "https"]`.',
  }),
  tags: attribute.list(t.string, { optional: true, description: "Labels without a meaning to the gateway." }),
} as const;

/** Names of the fields of `route`. */
export const ROUTE_FIELDS: readonly string[] = Object.keys(routeAttributes);
