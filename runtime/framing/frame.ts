/** One message of a stream, cut out of its bytes. */
export interface Frame {
  /** The event's name; undefined if the framing has none, or the event is not named. */
  readonly event: string | undefined;
  /** Text of the data, usually JSON. */
  readonly data: string;
}
