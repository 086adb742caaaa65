/**
 * Tokens of Microsoft Entra ID: by client secret, by a federated token of the workload, or of the managed identity of the machine, in the order of Azure's
 * own libraries. Sources: Microsoft identity platform, "OAuth 2.0 client credentials flow"; Microsoft Entra, "Use managed identities on a virtual machine to
 * acquire an access token"; Azure App Service, "Use managed identities", REST endpoint reference; Microsoft Entra Workload ID, for its variables; Kong,
 * "Cloud Provider Authentication", for the settings and variables.
 */
import { readFile } from "node:fs/promises";
import type { AuthConfig } from "../../config/types.generated";
import type { SecretText } from "../secrets/store";
import { BearerCredential } from "./bearer";
import { REFRESH_LIMIT_MS, type TokenOrder } from "./fetched-token";
import { causeOf, CredentialProblem } from "./problem";
import type { CredentialContext, CredentialRegistry } from "./registry";
import { serviceAddress } from "./service-address";
import type { CredentialSource, OutgoingRequest } from "./source";
import { StaticCredential } from "./static";
import { MAX_TOKEN_ANSWER, readToken } from "./token-answer";

const PUBLIC_AUTHORITY = "https://login.microsoftonline.com";
const INSTANCE_METADATA = "http://169.254.169.254";
const METADATA_PATH = "/metadata/identity/oauth2/token";

/** Source: RFC 7523, section 2.2. */
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** A federated token longer than this is none, in bytes. */
const LONGEST_ASSERTION = 64 * 1024;

/** A tenant is a segment of a path: an id or a domain. */
const TENANT = /^[A-Za-z0-9][A-Za-z0-9.-]{0,253}$/;

/** Who asks: settings of `auth`, else variables of the environment. */
interface Principal {
  readonly clientId: SecretText | undefined;
  readonly tenant: SecretText | undefined;
}

/**
 * The credential of a target of Azure's: what `auth` places, and with `azure_use_managed_identity` a token.
 * @param resource that the token is for, such as `https://cognitiveservices.azure.com`
 * @throws CredentialProblem if settings and environment cannot work, ReferenceProblem if one of them cannot be read
 */
export function entraCredential(auth: AuthConfig | undefined, resource: string, registry: CredentialRegistry): CredentialSource {
  if (auth?.azure_use_managed_identity !== true) return registry.placed(auth);
  const { context } = registry;
  return new BearerCredential(registry.open(orderOf(auth, resource, context)), auth.allow_override, placedBeside(auth, context));
}

/** What is placed besides the token, such as the key of a gateway before Azure. Of two `Authorization`s the token is sent. */
function placedBeside(auth: AuthConfig, { secrets }: CredentialContext): StaticCredential {
  if (auth.header_name?.toLowerCase() !== "authorization") return new StaticCredential(auth, secrets);
  const others = { ...auth };
  delete others.header_name;
  return new StaticCredential(others, secrets);
}

function orderOf(auth: AuthConfig, resource: string, context: CredentialContext): TokenOrder {
  const { environment, secrets } = context;
  const text = (given: string | undefined, variable: string): SecretText | undefined => {
    if (given !== undefined && given !== "") return secrets.compileText(given);
    const value = environment[variable];
    // what the environment holds is no reference, whatever it looks like
    return value === undefined || value === "" ? undefined : { read: () => value };
  };
  const principal = { clientId: text(auth.azure_client_id, "AZURE_CLIENT_ID"), tenant: text(auth.azure_tenant_id, "AZURE_TENANT_ID") };
  const secret = text(auth.azure_client_secret, "AZURE_CLIENT_SECRET");
  const file = environment["AZURE_FEDERATED_TOKEN_FILE"];
  const order = (kind: string, fetch: TokenOrder["fetch"]): TokenOrder => ({
    identity: ["entra", resource, auth.azure_client_id, auth.azure_tenant_id, auth.azure_client_secret],
    label: `Entra ${kind} ${auth.azure_client_id ?? "of the environment"}`,
    fetch,
  });
  if (secret !== undefined)
    return order(
      "client",
      grant(principal, () => ({ client_secret: secret.read() }), resource, context),
    );
  if (file === undefined || file === "") return order("managed identity", managedIdentity(principal, resource, context));
  const assertion = async (): Promise<Proof> => ({ client_assertion_type: ASSERTION_TYPE, client_assertion: await federatedToken(file) });
  return order("workload", grant(principal, assertion, resource, context));
}

/** What proves who asks, as members of the form. */
type Proof = Readonly<Record<string, string>>;

/** The token that the workload's own platform renews in a file. */
async function federatedToken(file: string): Promise<string> {
  let token: string;
  try {
    token = (await readFile(file, "utf8")).trim();
  } catch (error) {
    throw new CredentialProblem(`the file of AZURE_FEDERATED_TOKEN_FILE must be readable, but it is not: ${causeOf(error)}`);
  }
  if (token === "" || token.length > LONGEST_ASSERTION)
    throw new CredentialProblem("the file of AZURE_FEDERATED_TOKEN_FILE must hold a token, but it does not");
  return token;
}

/** Asks for a token; what differs is the request. */
const fetchWith =
  ({ call, clock }: CredentialContext, beside: boolean, request: () => OutgoingRequest | Promise<OutgoingRequest>): TokenOrder["fetch"] =>
  async (signal) => {
    const answer = await call(await request(), { timeoutMs: REFRESH_LIMIT_MS, maxBytes: MAX_TOKEN_ANSWER, signal, beside });
    return readToken(answer, clock.date());
  };

const HEADERS = ["accept", "application/json", "accept-encoding", "identity"];

/** The client credentials grant. */
function grant(
  { clientId, tenant }: Principal,
  proof: () => Proof | Promise<Proof>,
  resource: string,
  context: CredentialContext,
): TokenOrder["fetch"] {
  const authority = serviceAddress("AZURE_AUTHORITY_HOST", context.environment["AZURE_AUTHORITY_HOST"] ?? PUBLIC_AUTHORITY, false);
  if (clientId === undefined || tenant === undefined) {
    const [field, variable] = clientId === undefined ? ["azure_client_id", "AZURE_CLIENT_ID"] : ["azure_tenant_id", "AZURE_TENANT_ID"];
    throw new CredentialProblem(
      `auth.${field} must be given together with a client secret or a federated token, or ${variable} in the environment, but neither is.`,
    );
  }
  return fetchWith(context, false, async () => {
    const segment = tenant.read();
    if (!TENANT.test(segment))
      throw new CredentialProblem("azure_tenant_id must be the id or a domain of a tenant, but another text was given");
    const form = new URLSearchParams({
      grant_type: "client_credentials",
      client_id: clientId.read(),
      scope: `${resource}/.default`,
      ...(await proof()),
    });
    return {
      method: "POST",
      origin: authority.origin,
      path: `/${segment}/oauth2/v2.0/token`,
      query: "",
      headers: [...HEADERS, "content-type", "application/x-www-form-urlencoded"],
      body: Buffer.from(form.toString()),
    };
  });
}

/** App Service, Functions and Container Apps name an endpoint of their own; everywhere else it is the instance's metadata service. */
function managedIdentity({ clientId }: Principal, resource: string, context: CredentialContext): TokenOrder["fetch"] {
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, AZURE_POD_IDENTITY_AUTHORITY_HOST: host } = context.environment;
  if (endpoint !== undefined && header === undefined) {
    throw new CredentialProblem(
      "IDENTITY_ENDPOINT must be given together with IDENTITY_HEADER, as App Service has it; Azure Arc is not served",
    );
  }
  const address =
    endpoint === undefined
      ? { ...serviceAddress("AZURE_POD_IDENTITY_AUTHORITY_HOST", host ?? INSTANCE_METADATA, true), path: METADATA_PATH }
      : serviceAddress("IDENTITY_ENDPOINT", endpoint, true);
  const version = endpoint === undefined ? "2018-02-01" : "2019-08-01";
  const proof = header === undefined || endpoint === undefined ? ["metadata", "true"] : ["x-identity-header", header];
  return fetchWith(context, true, () => {
    const query = new URLSearchParams({ "api-version": version, resource });
    if (clientId !== undefined) query.set("client_id", clientId.read());
    return { method: "GET", ...address, query: query.toString(), headers: [...HEADERS, ...proof], body: undefined };
  });
}
