import { credentialProblem, type Carrier } from "../../config/credential-text";
import type { AuthConfig } from "../../config/types.generated";
import { hasHeader } from "../header-list";
import { findMember, scanObject } from "../json/scan";
import { spliceObject } from "../json/splice";
import type { SecretStore, SecretText, TextUse } from "../secrets/store";
import { headerKey } from "./credential-names";
import type { CredentialNames, CredentialSource, OutgoingRequest } from "./source";

interface NamedSecret {
  readonly name: string;
  readonly value: SecretText;
}

const use = (field: string, carrier: Carrier): TextUse => ({ field, problemOf: (text) => credentialProblem(text, carrier) });

/** What cannot be carried is refused when it is read: the HTTP client would refuse each request, as if there were no connection. */
const HEADER = use("auth.header_value", "header");
const PARAMETER = use("auth.param_value", "parameter");

const named = (name: string | undefined, value: string | undefined, purpose: TextUse, secrets: SecretStore): NamedSecret | undefined =>
  name === undefined || value === undefined ? undefined : { name, value: secrets.compileText(value, purpose) };

/**
 * A credential in a header, a query parameter or a body member, as configured.
 * With `allow_override` what the client sent under the same name is kept. Source: Kong `auth.*`.
 */
export class StaticCredential implements CredentialSource {
  readonly overridableHeader: string | undefined;
  readonly overridableParameter: string | undefined;
  private readonly header: NamedSecret | undefined;
  private readonly headerName: string;
  private readonly query: NamedSecret | undefined;
  private readonly bodyMember: NamedSecret | undefined;
  private readonly override: boolean;

  /** @throws ReferenceProblem where a value cannot be read, or not be carried where it belongs; names the field, never the value */
  constructor(auth: AuthConfig, secrets: SecretStore) {
    this.header = named(auth.header_name, auth.header_value, HEADER, secrets);
    this.headerName = this.header?.name.toLowerCase() ?? "";
    const parameter = named(auth.param_name, auth.param_value, PARAMETER, secrets);
    this.query = auth.param_location === "query" ? parameter : undefined;
    this.bodyMember = auth.param_location === "body" ? parameter : undefined;
    this.override = auth.allow_override;
    this.overridableHeader = this.override && this.header !== undefined ? this.headerName : undefined;
    this.overridableParameter = this.override ? this.query?.name : undefined;
  }

  authorize(request: OutgoingRequest): void {
    this.addHeader(request.headers);
    if (this.query !== undefined) request.query = this.withParameter(request.query);
    if (this.bodyMember !== undefined) request.body = this.withMember(request.body);
  }

  private addHeader(headers: string[]): void {
    if (this.header === undefined || (this.override && hasHeader(headers, this.headerName))) return;
    headers.push(this.header.name, this.header.value.read());
  }

  private withParameter(query: string): string {
    if (this.query === undefined) return query;
    const parameters = new URLSearchParams(query);
    if (this.override && parameters.has(this.query.name)) return query;
    parameters.set(this.query.name, this.query.value.read());
    return parameters.toString();
  }

  private withMember(body: Buffer | undefined): Buffer | undefined {
    if (this.bodyMember === undefined || body === undefined) return body;
    const { name, value } = this.bodyMember;
    const scan = scanObject(body);
    if (!scan.ok || (this.override && findMember(scan, name) !== undefined)) return body;
    return spliceObject(body, scan, [{ key: name, value: JSON.stringify(value.read()) }]);
  }
}

/** For targets without credentials, such as a self-hosted model. */
export const noCredential: CredentialSource = {
  overridableHeader: undefined,
  overridableParameter: undefined,
  authorize: () => undefined,
};

/** The names under which these targets' credentials are configured, for headers and query parameters. */
export function credentialNames(auths: readonly (AuthConfig | undefined)[]): CredentialNames {
  const lower = (names: readonly (string | undefined)[]): ReadonlySet<string> =>
    new Set(names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()])));
  return {
    headers: lower(auths.map((auth) => (auth?.header_name === undefined ? undefined : headerKey(auth.header_name)))),
    parameters: lower(auths.map((auth) => (auth?.param_location === "query" ? auth.param_name : undefined))),
  };
}
