/** Fences of code in Markdown. Source: CommonMark, "Fenced code blocks". */

/** A longer line is no fence that anybody writes. */
const LONGEST_FENCE = 80;

/** A fence is indented by fewer spaces than a block of code without fences. */
const MOST_INDENT = 3;
const LEAST_MARK = 3;

interface Fence {
  /** As many marks of one kind as there are. */
  readonly mark: string;
  /** What stands behind it: the language. */
  readonly info: string;
}

function fenceOf(line: string): Fence | undefined {
  if (line.length > LONGEST_FENCE) return undefined;
  let start = 0;
  while (line[start] === " ") start++;
  const kind = line[start];
  if (start > MOST_INDENT || (kind !== "`" && kind !== "~")) return undefined;
  let end = start;
  while (line[end] === kind) end++;
  return end - start < LEAST_MARK ? undefined : { mark: line.slice(start, end), info: line.slice(end).trim() };
}

/** The mark of the block that is open behind a fence. */
function next(open: string | undefined, { mark, info }: Fence): string | undefined {
  if (open === undefined) return mark;
  return info === "" && mark[0] === open[0] && mark.length >= open.length ? undefined : open;
}

/** Whether a line may be a fence, at a glance: most are none. */
function mayBeFence(text: string, from: number, end: number): boolean {
  if (end - from > LONGEST_FENCE) return false;
  let at = from;
  while (text[at] === " ") at++;
  return text[at] === "`" || text[at] === "~";
}

/** A text with more lines that look like fences is no Markdown. */
const MOST_FENCES = 1000;

/** Whether a text ends inside of a block of code. */
export function endsInCode(text: string): boolean {
  let open: string | undefined;
  let fences = 0;
  for (let from = 0; from < text.length;) {
    const end = text.indexOf("\n", from);
    // a last line may not be whole
    if (end < 0) break;
    if (mayBeFence(text, from, end)) {
      if (++fences > MOST_FENCES) return false;
      const fence = fenceOf(text.slice(from, end));
      if (fence !== undefined) open = next(open, fence);
    }
    from = end + 1;
  }
  return open !== undefined;
}

/**
 * Length of the line at the beginning of an answer that opens the block of code again which the text ends in, as a model does that begins its block anew; 0
 * if there is none. At the beginning of a line a fence without a language ends the block.
 * @param atLineStart whether the answer goes on at the beginning of a line
 * @returns undefined if it depends on what follows
 */
export function repeatedFence(answer: string, atLineStart: boolean, isOver: boolean): number | undefined {
  const end = answer.indexOf("\n");
  if (end < 0) return !isOver && mayBecomeFence(answer) ? undefined : 0;
  const fence = end > LONGEST_FENCE ? undefined : fenceOf(answer.slice(0, end));
  return fence === undefined || (fence.info === "" && atLineStart) ? 0 : end + 1;
}

function mayBecomeFence(line: string): boolean {
  if (line.length > LONGEST_FENCE) return false;
  const mark = line.slice(0, 3);
  return "```".startsWith(mark) || "~~~".startsWith(mark);
}
