import type { Fault } from "../fault";
import { bodies } from "./bodies";
import { statuses } from "./statuses";
import { streams } from "./streams";
import { tales } from "./tales";
import { transport } from "./transport";

/** All ways to misbehave, by the name that a request's `model` begins with; what follows a colon is the fault's argument. */
export const FAULTS: Readonly<Record<string, Fault>> = { ...statuses, ...bodies, ...transport, ...streams, ...tales };
