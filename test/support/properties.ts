/** fast-check with the same seed in every run, so that the suite always gives the same result; `PROPERTY_SEED=N` tries another one. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["PROPERTY_SEED"] ?? 1) });

export { fc };
