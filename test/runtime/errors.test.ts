import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes, GatewayError } from "../../runtime/errors";

const documented = new Map(
  [...readFileSync(join(__dirname, "../../docs/behaviour.md"), "utf8").matchAll(/^\| `(\w+)` +\| (\d{3}) +\|/gm)].map((row) => [
    row[1],
    Number(row[2]),
  ]),
);

test("every error is documented with its status, and nothing else is", () => {
  expect(documented).toEqual(new Map(errorCodes.map((code) => [code, new GatewayError(code, "").status])));
});

test("an error's body has message, type and code", () => {
  expect(JSON.parse(new GatewayError("no_route", 'a "text"').body().toString())).toEqual({
    error: { message: 'a "text"', type: "invalid_request_error", code: "no_route" },
  });
});
