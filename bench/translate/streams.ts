import type { StreamReader } from "../../runtime/codecs/stream-reader";
import { ask, callOf, codec } from "./calls";
import { streamHead, streamRequest, textData, textEvents } from "./payloads";
import type { Comparison } from "./turns";

function begun(): StreamReader {
  const reader = codec.begin(callOf(ask(streamRequest))).stream();
  reader.push(streamHead);
  return reader;
}

/** The chunks that the client gets of the text, as values. @throws Error if they are not as many as the events */
function chunks(): readonly object[] {
  const text = begun().push(Buffer.concat(textEvents)).toString();
  const found = text.split("\n\n").filter((event) => event.startsWith("data: "));
  if (found.length !== textEvents.length) throw new Error(`A hundred events of text must give as many chunks, but gave ${text}`);
  return found.map((event) => JSON.parse(event.slice("data: ".length)) as object);
}

/**
 * An event of text from the upstream's bytes to the client's, against parsing its data and printing the client's chunk.
 * @param size events in each piece of the stream; a divisor of 100
 */
export function eventComparison(size: number, goal: number): Comparison {
  const pieces = Array.from({ length: textEvents.length / size }, (_, at) => Buffer.concat(textEvents.slice(at * size, (at + 1) * size)));
  const given = chunks();
  let length = 0;
  return {
    name: `event of text, ${size} in a piece`,
    unit: "event",
    goal,
    work: (times) => {
      for (let done = 0; done < times;) {
        // a stream is as long as many are
        const reader = begun();
        for (let round = 0; round < 10 && done < times; round++) {
          for (const piece of pieces) {
            length = reader.push(piece).length;
            done += size;
          }
        }
      }
    },
    base: (times) => {
      for (let at = 0; at < times; at++) {
        const place = at % textData.length;
        const event = JSON.parse(textData[place] ?? "") as object;
        length = JSON.stringify(given[place]).length + (event === given[place] ? length : 0);
      }
    },
  };
}
