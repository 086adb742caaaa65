/** A connection that shared state cannot use; found when the gateway loads a configuration. The text names the field. */
export class SharedStateProblem extends Error {
  override readonly name = "SharedStateProblem";

  constructor(
    /** Path of the field below the Redis connection, such as `sentinel_role`. */
    readonly field: string,
    message: string,
  ) {
    super(`redis.${field}: ${message}`);
  }
}
