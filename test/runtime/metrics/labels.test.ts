import { statusClass, statusLabel, targetLabels } from "../../../runtime/metrics/labels";
import { compileTemplate } from "../../../runtime/templates/template";
import { plan } from "./support";

test.each([
  ["gpt-4o", "gpt-4o"],
  [undefined, "(from request)"],
  [compileTemplate("$(headers.model)"), "(from request)"],
])("model %s", (model, label) => expect(targetLabels(plan({ model })).model).toBe(label));

test.each([
  [200, "200", "2xx"],
  [499, "499", "4xx"],
  [529, "529", "5xx"],
  [418, "4xx", "4xx"],
  [599, "5xx", "5xx"],
  [999, "5xx", "5xx"],
  [0, "5xx", "5xx"],
  [Number.NaN, "5xx", "5xx"],
])("status %s", (status, label, family) => expect([statusLabel(status), statusClass(status)]).toEqual([label, family]));
