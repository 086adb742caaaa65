import { GatewayError } from "../errors";
import { TemplateProblem } from "../templates/template";

/** What the client is told of whatever was thrown. What is no error of its own kind is a mistake of the gateway's. */
export function toGatewayError(cause: unknown): GatewayError {
  if (cause instanceof GatewayError) return cause;
  if (cause instanceof TemplateProblem) return new GatewayError("bad_template", cause.message);
  return new GatewayError("internal", "An unexpected error occurred");
}
