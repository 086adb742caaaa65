import type { GatewayStatus } from "../../../runtime/status";
import { combineStatuses } from "../../../runtime/workers/status";

const served: GatewayStatus = { ready: true, draining: false, configuration: { state: "served", digest: "a" } };
const refused: GatewayStatus = {
  ready: true,
  draining: false,
  configuration: { state: "refused", reason: "bad", problems: ["p"], digest: "a" },
};

test.each<[string, readonly GatewayStatus[], number, GatewayStatus]>([
  ["all alike", [served, served], 2, served],
  ["one refused", [served, refused], 2, refused],
  ["one not there yet", [served], 2, { ready: false, draining: false, configuration: { state: "none" } }],
  ["none at all", [], 1, { ready: false, draining: false, configuration: { state: "none" } }],
  [
    "different texts for a moment",
    [served, { ...served, configuration: { state: "served", digest: "b" } }],
    2,
    { ready: true, draining: false, configuration: { state: "served" } },
  ],
  ["one draining", [served, { ...served, ready: false, draining: true }], 2, { ...served, ready: false, draining: true }],
])("%s", (_name, statuses, expected, combined) => expect(combineStatuses(statuses, expected)).toEqual(combined));
