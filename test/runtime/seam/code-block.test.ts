import { endsInCode } from "../../../runtime/seam/code-block";

test.each([
  ["", false],
  ["text", false],
  ["```\n", true],
  ["```", false],
  ["text\n```python\nx", true],
  ["text\n```python\nx\n```\n", false],
  ["```\nx\n```python\n", true],
  ["````\nx\n```\n", true],
  ["````\nx\n`````\n", false],
  ["~~~\nx\n```\n", true],
  ["~~~\nx\n~~~\n", false],
  ["   ```\n", true],
  ["    ```\n", false],
  ["a ``` b\n", false],
  ["```\r\nx\r\n", true],
  ["```\r\nx\r\n```\r\n", false],
  ["```\n".repeat(1001), false],
])("%p ends in a block of code: %s", (text, does) => {
  expect(endsInCode(text)).toBe(does);
});
