import { GatewayError } from "../errors";

/**
 * The model of a call whose dialect cannot do without one.
 * @throws GatewayError `missing_model`
 */
export function requireModel(model: string | undefined): string {
  if (model !== undefined) return model;
  throw new GatewayError("missing_model", "model parameter not found in request, nor in gateway configuration");
}
