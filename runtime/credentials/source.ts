import type { FetchedToken } from "./fetched-token";
import type { Waiting } from "./waiters";

/** A request to an upstream as credentials may change it. It is made for one attempt, and never logged: neither it nor its headers. */
export interface OutgoingRequest {
  readonly method: string;
  readonly origin: string;
  path: string;
  query: string;
  /** Names and values in turn. */
  readonly headers: string[];
  /** Never changed in place, as it may be the client's own. */
  body: Buffer | undefined;
  /** What its source has put on it, if the source may be asked for another one; before that, the one that the provider has refused. */
  granted?: object | undefined;
}

/** Puts credentials on a request at the moment of use. */
export interface CredentialSource {
  /** Name of the header that it sets, in lower case, if the client's own value wins (`allow_override`). */
  readonly overridableHeader: string | undefined;
  /** Query parameter that it sets, if the client's own value wins. */
  readonly overridableParameter: string | undefined;
  /** Of one that is fetched. */
  readonly token?: FetchedToken;
  /**
   * Puts credentials on the request, in place.
   * @throws CredentialProblem if they cannot be had or sent; rejects likewise
   */
  authorize(request: OutgoingRequest, waiting: Waiting): void | Promise<void>;
  /**
   * A provider answered the request with 401. Absent if there is nothing but the one credential.
   * @returns whether the same request can be sent again with another one
   */
  refused?(request: OutgoingRequest): boolean;
}

/** Names under which credentials are configured; a client's values under them are never sent. */
export interface CredentialNames {
  /** In lower case, with `-` for `_` and `.`, which many servers take for one another. */
  readonly headers: ReadonlySet<string>;
  /** In lower case. */
  readonly parameters: ReadonlySet<string>;
}
