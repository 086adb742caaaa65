import { PROVIDER_NAME } from "./address";
import { configuration } from "./data/configuration";
import { defineProvider } from "./framework";
import { fromKong } from "./functions/from-kong";
import { validate } from "./functions/validate";

/** The `signalbox` provider. It needs no configuration and reaches nothing: its parts are pure functions of what they are given. */
export const signalboxProvider = defineProvider({
  name: PROVIDER_NAME,
  configure: () => null,
  dataSources: { signalbox_configuration: configuration },
  functions: { from_kong: fromKong, validate },
});
