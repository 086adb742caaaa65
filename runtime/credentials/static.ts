import type { AuthConfig } from "../../config/types.generated";
import type { CredentialSource, OutgoingRequest } from "../interfaces";
import { findMember, scanObject } from "../json/scan";
import { spliceObject } from "../json/splice";
import type { SecretStore, SecretText } from "../secrets/store";

interface NamedSecret {
  readonly name: string;
  readonly value: SecretText;
}

const named = (name: string | undefined, value: string | undefined, secrets: SecretStore): NamedSecret | undefined =>
  name === undefined || value === undefined ? undefined : { name, value: secrets.compileText(value) };

/**
 * A credential in a header, a query parameter or a body member, as configured.
 * With `allow_override` what the client sent under the same name is kept. Source: Kong `auth.*`.
 */
export class StaticCredential implements CredentialSource {
  readonly overridableHeader: string | undefined;
  readonly queryParameter: string | undefined;
  private readonly header: NamedSecret | undefined;
  private readonly headerName: string;
  private readonly query: NamedSecret | undefined;
  private readonly bodyMember: NamedSecret | undefined;
  private readonly override: boolean;

  constructor(auth: AuthConfig, secrets: SecretStore) {
    this.header = named(auth.header_name, auth.header_value, secrets);
    this.headerName = this.header?.name.toLowerCase() ?? "";
    const parameter = named(auth.param_name, auth.param_value, secrets);
    this.query = auth.param_location === "query" ? parameter : undefined;
    this.bodyMember = auth.param_location === "body" ? parameter : undefined;
    this.override = auth.allow_override;
    this.overridableHeader = this.override && this.header !== undefined ? this.headerName : undefined;
    this.queryParameter = this.query?.name;
  }

  authorize(request: OutgoingRequest): OutgoingRequest {
    if (this.header !== undefined && !(this.override && hasHeader(request.headers, this.headerName))) {
      request.headers.push(this.header.name, this.header.value.read());
    }
    if (this.query !== undefined) this.setQuery(request, this.query);
    if (this.bodyMember !== undefined && request.body !== undefined) this.setBodyMember(request, request.body, this.bodyMember);
    return request;
  }

  private setQuery(request: OutgoingRequest, secret: NamedSecret): void {
    const parameters = new URLSearchParams(request.query);
    if (this.override && parameters.has(secret.name)) return;
    parameters.set(secret.name, secret.value.read());
    request.query = parameters.toString();
  }

  private setBodyMember(request: OutgoingRequest, body: Buffer, secret: NamedSecret): void {
    const scan = scanObject(body);
    if (!scan.ok || (this.override && findMember(scan, secret.name) !== undefined)) return;
    request.body = spliceObject(body, scan, [{ key: secret.name, value: JSON.stringify(secret.value.read()) }]);
  }
}

function hasHeader(headers: readonly string[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 2) {
    if (headers[index]?.toLowerCase() === name) return true;
  }
  return false;
}

/** For targets without credentials, such as a self-hosted model. */
export const noCredential: CredentialSource = { overridableHeader: undefined, queryParameter: undefined, authorize: (request) => request };
