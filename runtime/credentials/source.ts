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
}

/** Puts credentials on a request at the moment of use. */
export interface CredentialSource {
  /** Name of the header that it sets, in lower case, if the client's own value wins (`allow_override`). */
  readonly overridableHeader: string | undefined;
  /** Query parameter that it sets, if the client's own value wins. */
  readonly overridableParameter: string | undefined;
  /**
   * Puts credentials on the request, in place.
   * @throws if the credential cannot be read or sent; rejects likewise
   */
  authorize(request: OutgoingRequest): void | Promise<void>;
}

/** Names under which credentials are configured; a client's values under them are never sent. */
export interface CredentialNames {
  /** In lower case, with `-` for `_` and `.`, which many servers take for one another. */
  readonly headers: ReadonlySet<string>;
  /** In lower case. */
  readonly parameters: ReadonlySet<string>;
}
