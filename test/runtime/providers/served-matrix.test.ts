import { PROVIDERS, ROUTE_TYPES } from "../../../config/schema/vocabulary";
import { SERVED_MATRIX } from "../../../config/served-matrix";
import type { TargetConfig } from "../../../config/types.generated";
import { PassThrough } from "../../../runtime/codecs/pass-through";
import { providers } from "../../../runtime/providers";
import { surfaces } from "../../../runtime/surfaces";

/** How the gateway's tables serve a combination; undefined if they do not. */
function implemented(provider: string, routeType: string): string | undefined {
  const surface = [...surfaces.values()].find((one) => one.routeType === routeType);
  const served = [...providers.values()].find(({ name }) => name === provider);
  const service = surface && served?.serve(surface, { model: { provider } } as TargetConfig);
  if (service === undefined) return undefined;
  if (service.codec instanceof PassThrough) return "passed through";
  return service.codec.translates ? "translated" : "same dialect";
}

test.each(PROVIDERS.flatMap((provider) => ROUTE_TYPES.map((routeType) => [provider, routeType] as const)))(
  "the matrix says of %s and %s what the tables implement",
  (provider, routeType) => {
    const row = SERVED_MATRIX.find((one) => one.provider === provider && one.routeType === routeType);
    expect(row?.form).toBe(implemented(provider, routeType));
  },
);
