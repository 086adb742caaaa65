import { hasHeader } from "../header-list";
import { Token, type FetchedToken } from "./fetched-token";
import type { CredentialSource, OutgoingRequest } from "./source";
import type { StaticCredential } from "./static";
import type { Waiting } from "./waiters";

const AUTHORIZATION = "authorization";

/** A fetched token as `Authorization: Bearer …` (RFC 6750). With `allow_override` the header that the client sent is kept instead. */
export class BearerCredential implements CredentialSource {
  readonly overridableHeader: string | undefined;
  readonly overridableParameter: string | undefined;

  constructor(
    readonly token: FetchedToken,
    private readonly override: boolean,
    /** What else the provider is to get, such as the key of a proxy before it. */
    private readonly beside: StaticCredential | undefined,
  ) {
    this.overridableHeader = beside?.overridableHeader ?? (override ? AUTHORIZATION : undefined);
    this.overridableParameter = beside?.overridableParameter;
  }

  authorize(request: OutgoingRequest, waiting: Waiting): void | Promise<void> {
    this.beside?.authorize(request);
    if (this.override && hasHeader(request.headers, AUTHORIZATION)) return;
    const { granted } = request;
    const token = this.token.take(granted instanceof Token ? granted : undefined, waiting);
    if (token instanceof Token) put(token, request);
    else return token.then((later) => put(later, request));
  }

  refused({ granted }: OutgoingRequest): boolean {
    return granted instanceof Token && this.token.refused(granted);
  }
}

function put(token: Token, request: OutgoingRequest): void {
  request.granted = token;
  request.headers.push(AUTHORIZATION, `Bearer ${token.value}`);
}
