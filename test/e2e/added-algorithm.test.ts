import { rmSync } from "node:fs";
import { addAlgorithm } from "../support/added-algorithm";
import { TestProcess } from "../support/child-process";

// no table of the product is left that a new algorithm would have to be written into
test("the product with one more algorithm is type-checked", async () => {
  const folder = await addAlgorithm();
  try {
    const check = new TestProcess("npx", ["tsc", "--noEmit", "-p", "tsconfig.json"], { cwd: folder });
    expect([await check.end(120_000), check.out]).toEqual([0, ""]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}, 180_000);
