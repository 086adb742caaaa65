import { GatewayError } from "../errors";
import type { Call } from "./codec";

/**
 * The model of a call whose dialect cannot do without one.
 * @throws GatewayError `missing_model`
 */
export function requireModel(model: string | undefined): string {
  if (model !== undefined) return model;
  throw new GatewayError("missing_model", "model parameter not found in request, nor in gateway configuration");
}

/** The model as a provider is told it; undefined if it is told none. */
export type TellModel = (call: Call) => string | undefined;

/**
 * What a provider is told as the model.
 * @param tell of a provider that is told something else than the call's model, or can do without one
 * @throws GatewayError `missing_model`
 */
export const toldModel = (call: Call, tell: TellModel | undefined): string | undefined =>
  tell === undefined ? requireModel(call.model) : tell(call);
