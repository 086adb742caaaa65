/** Which fields each entity has and what they must hold. Source: Kong 3.15, entities Service, Route, Consumer, Consumer Group. */
import { flag, integer, listOf, meaningless, oneOf, record, refused, text, untouched, type Field } from "./fields";
import { hostField, pathField } from "./route-criteria";
import { parsedUrl } from "../parsed-url";

const NAME = /^[\p{L}\p{N}.\-_~]+$/u;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const HTTP_PROTOCOLS = ["http", "https", "grpc", "grpcs", "ws", "wss"] as const;

/** A name of a service, route or plugin instance. */
export const nameField = text((value) => (NAME.test(value) ? undefined : "must consist of letters, digits and . - _ ~"));
/** An entity's id. */
const idField = text((value) => (UUID.test(value) ? undefined : "must be a UUID"));

/** Fields that every entity may have and that only describe it. */
export const commonFields = {
  id: idField,
  tags: listOf(text()),
  created_at: integer(0),
  updated_at: integer(0),
};

const milliseconds = integer(1, 2_147_483_646);

const urlField: Field<string> = (value, path, context) => {
  const url = text()(value, path, context);
  if (url === undefined) return undefined;
  const protocol = parsedUrl(url)?.protocol.slice(0, -1) ?? "";
  // The URL may hold a password, so it is not shown.
  if (["http", "https", "grpc", "grpcs", "ws", "wss", "tcp", "tls", "udp"].includes(protocol)) return url;
  context.error(path, "must be a full URL such as http://localhost:32000.");
  return undefined;
};

/** Fields of a Service. All but `enabled` only matter to Kong: an AI plugin brings its own upstream. */
export const serviceFields = {
  ...commonFields,
  name: nameField,
  url: urlField,
  protocol: oneOf(...HTTP_PROTOCOLS, "tcp", "tls", "udp", "tls_passthrough"),
  host: text(),
  port: integer(0, 65_535),
  path: text((value) => (value.startsWith("/") ? undefined : 'must begin with "/"')),
  retries: integer(0, 32_767),
  connect_timeout: milliseconds,
  write_timeout: milliseconds,
  read_timeout: milliseconds,
  enabled: flag,
  client_certificate: untouched,
  tls_verify: flag,
  tls_verify_depth: integer(0, 64),
  tls_sans: untouched,
  ca_certificates: untouched,
  routes: untouched,
  plugins: untouched,
};

const httpProtocol = oneOf(...HTTP_PROTOCOLS);

/** Fields of a Route of Kong's traditional router. */
export const routeFields = {
  ...commonFields,
  name: nameField,
  service: untouched,
  protocols: listOf(httpProtocol, 1),
  methods: listOf(text((value) => (/^[A-Z]+$/.test(value) ? undefined : "must be a method in capital letters such as POST"))),
  hosts: listOf(hostField),
  paths: listOf(pathField),
  headers: record,
  snis: listOf(text()),
  sources: refused("only restricts routes of TCP and TLS streams, which are not served: remove it."),
  destinations: refused("only restricts routes of TCP and TLS streams, which are not served: remove it."),
  expression: refused("belongs to Kong's expressions router, which is not served: use paths, methods, hosts and headers."),
  priority: refused("belongs to Kong's expressions router, which is not served: use regex_priority for paths that begin with ~."),
  https_redirect_status_code: oneOfNumbers(426, 301, 302, 307, 308),
  regex_priority: integer(),
  strip_path: flag,
  path_handling: oneOf("v0", "v1"),
  preserve_host: flag,
  request_buffering: flag,
  response_buffering: flag,
  plugins: untouched,
};

function oneOfNumbers(...values: readonly number[]): Field<number> {
  const base = integer();
  return (value, path, context) => {
    const given = base(value, path, context);
    if (given === undefined || values.includes(given)) return given;
    context.error(path, `must be one of ${values.join(", ")}, but ${given} was given.`);
    return undefined;
  };
}

const unusedCredentials = meaningless("is not used here, as no authentication plugin is served.");

/** Fields of a Consumer. */
export const consumerFields = {
  ...commonFields,
  username: text(),
  custom_id: text(),
  groups: untouched,
  plugins: untouched,
  keyauth_credentials: unusedCredentials,
  basicauth_credentials: unusedCredentials,
  hmacauth_credentials: unusedCredentials,
  jwt_secrets: unusedCredentials,
  oauth2_credentials: unusedCredentials,
  mtls_auth_credentials: unusedCredentials,
  acls: unusedCredentials,
};

/** Fields of a Consumer Group. */
export const consumerGroupFields = {
  ...commonFields,
  name: text(),
  consumers: untouched,
  plugins: untouched,
};
