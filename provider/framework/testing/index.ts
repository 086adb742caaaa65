export { LifeCycleError } from "./life-cycle-error";
export { TestCore, type TestCoreOptions } from "./test-core";
export { TestedResource, type Action, type Applied, type Planned } from "./tested-resource";
export { runLifeCycle } from "./life-cycle";
export { planViolations, stateViolations, type Violation } from "../plan/core-rules";
export { outcomeViolations } from "../plan/compatible";
export { proposedNew } from "../plan/proposed";
