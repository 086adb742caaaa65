/** THIRD-PARTY-NOTICES.txt: the licences of what is bundled, as they ask for. */
import type { BundledPackage } from "./packages";

const line = "-".repeat(100);

const mit = (holder: string): string => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS
FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER
IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** A package that brings no licence file but says MIT gets that licence's text; any other one without a text is refused, as nobody could ship it rightly. */
function textOf({ name, license, author, licenseText }: BundledPackage): string {
  if (licenseText !== "") return licenseText;
  if (license === "MIT") return mit(author ?? `the authors of ${name}`);
  throw new Error(`${name} is bundled, so the text of its licence (${license}) must be at hand, but the package brings no licence file.`);
}

/** The whole file, the same for the same packages. `what` says which product contains them. */
export function notices(packages: readonly BundledPackage[], what = "The command and the container image of Signalbox contain"): string {
  const parts = packages.map((one) => {
    const source = one.homepage === undefined ? "" : `\n${one.homepage}`;
    return `${line}\n${one.name} ${one.version} (${one.license})${source}\n\n${textOf(one)}\n`;
  });
  return `${what} the following software in bundled form.\n\n${parts.join("\n")}`;
}
