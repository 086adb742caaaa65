import { parsedUrl } from "../../config/parsed-url";

test("a URL with letters beyond ASCII stays one, however often it is read", () => {
  for (let times = 0; times < 20_000; times++) {
    if (parsedUrl("https://m\u00fcnchen.example/stra\u00dfe")?.host !== "xn--mnchen-3ya.example") throw new Error(`time ${times}`);
  }
});

test.each(["", "x", "http://", "https://a b/"])("%j is not a URL", (text) => expect(parsedUrl(text)).toBeUndefined());
