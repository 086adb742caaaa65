import type { FullStatus, PluginStatus, TargetStatus } from "../status";

/** Seconds after which a browser loads the page anew. */
const REFRESH_SECONDS = 5;

const STYLE = `
:root{color-scheme:light dark;--ink:#1c2430;--soft:#5b6675;--line:#d8dee6;--back:#f6f8fa;--card:#fff;--bar:#3b76c4;--trail:#e6ebf1;--good:#1a7f4b;--warn:#9a6200;--bad:#c0342b}
@media(prefers-color-scheme:dark){:root{--ink:#e4e9f0;--soft:#96a2b3;--line:#313b49;--back:#11161d;--card:#1a212b;--bar:#5b97e6;--trail:#2a3340;--good:#4cc38a;--warn:#e0a83e;--bad:#f2736b}}
*{box-sizing:border-box}body{margin:0;padding:24px 32px;background:var(--back);color:var(--ink);font:14px/1.45 system-ui,"Segoe UI",Helvetica,Arial,sans-serif}
header{display:flex;flex-wrap:wrap;align-items:center;gap:10px;margin-bottom:16px}h1{font-size:20px;margin:0 8px 0 0}time{margin-left:auto;color:var(--soft)}
section{background:var(--card);border:1px solid var(--line);border-radius:8px;margin-bottom:18px;padding:14px 18px 8px;overflow-x:auto}
h2{font-size:15px;margin:0}section>p{margin:2px 0 10px;color:var(--soft)}.note{background:var(--card);border-left:4px solid var(--bad);padding:10px 16px;margin:0 0 18px}.note li{font-family:ui-monospace,Menlo,Consolas,monospace;font-size:12.5px}
table{border-collapse:collapse;width:100%}th,td{text-align:left;padding:7px 14px 7px 0;border-top:1px solid var(--line);vertical-align:middle;white-space:nowrap}th{border-top:0;color:var(--soft);font-weight:500;font-size:12.5px}
.n{text-align:right;font-variant-numeric:tabular-nums}.n+:not(.n){padding-left:20px}small{display:block;color:var(--soft)}
.pill{display:inline-block;padding:1px 9px;border:1px solid currentColor;border-radius:999px;font-size:12.5px;font-weight:600}.good{color:var(--good)}.warn{color:var(--warn)}.bad{color:var(--bad)}
.bar{display:inline-block;width:110px;height:8px;border-radius:4px;background:var(--trail);overflow:hidden;vertical-align:middle;margin-right:8px}.bar>i{display:block;height:100%;background:var(--bar)}
`.replaceAll("\n", "");

/**
 * The status as one page that needs nothing else: no script, no file, no font. It loads itself anew every five seconds.
 * Every text of the status is escaped, as names come from configurations and reasons quote what was given.
 */
export function statusPage(status: FullStatus, now: Date): string {
  const time = now.toISOString().slice(0, 19);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<meta name="viewport" content="width=device-width"><title>Signalbox: ${readiness(status).text}</title><style>${STYLE}</style></head><body>
<header><h1>Signalbox</h1>${pills(status)}<time datetime="${time}Z">${time.replace("T", " ")} UTC</time></header>
${refusal(status)}${status.plugins.map(section).join("\n")}${status.plugins.length === 0 ? "<section><p>No plugin is served.</p></section>" : ""}
</body></html>
`;
}

type Tone = "good" | "warn" | "bad";

const pill = (text: string, tone: Tone): string => `<span class="pill ${tone}">${escape(text)}</span>`;

function readiness({ ready, draining }: FullStatus): { readonly text: string; readonly tone: Tone } {
  if (ready) return { text: "ready", tone: "good" };
  return draining ? { text: "draining", tone: "warn" } : { text: "not ready", tone: "bad" };
}

function pills(status: FullStatus): string {
  const { text, tone } = readiness(status);
  const { state, digest } = status.configuration;
  const shown = [pill(text, tone), pill(`configuration ${state}`, state === "served" ? "good" : "bad")];
  if (status.workers !== undefined) {
    const { answered, expected } = status.workers;
    shown.push(pill(`${answered} of ${expected} workers`, answered === expected ? "good" : "bad"));
  }
  if (digest !== undefined) shown.push(`<small title="SHA-256 of the configuration">${escape(digest.slice(0, 12))}</small>`);
  return shown.join(" ");
}

function refusal({ configuration }: FullStatus): string {
  const { reason, problems = [] } = configuration;
  if (reason === undefined && problems.length === 0) return "";
  const list = problems.map((problem) => `<li>${escape(problem)}</li>`).join("");
  return `<div class="note">${escape(reason ?? "The configuration has problems.")}${list === "" ? "" : `<ul>${list}</ul>`}</div>\n`;
}

function section(plugin: PluginStatus): string {
  const attempts = plugin.targets.reduce((sum, target) => sum + target.attempts, 0);
  const rows = plugin.targets.map((target) => row(target, attempts)).join("\n");
  const routes = `${plugin.routes.length === 1 ? "route" : "routes"} ${plugin.routes.join(", ") || "none"}`;
  return `<section><h2>${escape(plugin.plugin)}</h2><p>${escape(`${plugin.algorithm} · ${routes}`)}</p>
<table><thead><tr><th>Target</th><th>Circuit</th><th>Share of calls</th><th class="n">Weight</th><th class="n">In flight</th><th class="n">Queue</th>
<th class="n">Calls</th><th class="n">Failed</th><th>Last failure</th><th>Figures</th></tr></thead><tbody>
${rows}</tbody></table></section>`;
}

function credential({ credential: fetched }: TargetStatus): string {
  if (fetched?.problem === undefined) return "";
  return `<small class="${fetched.valid_ms > 0 ? "warn" : "bad"}">credential: ${escape(fetched.problem.cause)}</small>`;
}

function row(target: TargetStatus, attempts: number): string {
  const share = attempts === 0 ? 0 : Math.round((100 * target.attempts) / attempts);
  const failed = target.attempts === 0 ? "" : `<small>${percent(target.failures, target.attempts)}</small>`;
  const last = target.last_error;
  const figures = Object.entries(target.figures).map(([name, value]) => `${name} ${Number(value.toPrecision(4))}`);
  return `<tr><td>${escape(target.target)}${target.alias === undefined ? "" : `<small>alias ${escape(target.alias)}</small>`}${credential(target)}</td>
<td>${circuit(target)}</td><td><span class="bar"><i style="width:${share}%"></i></span>${share} %</td><td class="n">${target.weight}</td>
<td class="n">${target.in_flight}</td><td class="n">${target.queue}</td><td class="n">${target.attempts}</td><td class="n">${target.failures}${failed}</td>
<td>${last === undefined ? "" : `${escape(last.outcome)}${last.status === 0 ? "" : ` ${last.status}`}<small>${escape(last.at.slice(0, 19).replace("T", " "))}</small>`}</td>
<td>${figures.map(escape).join("<br>")}</td></tr>`;
}

function circuit({ breaker, resting_ms }: TargetStatus): string {
  const tone = breaker.phase === "closed" ? "good" : breaker.phase === "open" ? "bad" : "warn";
  const notes: string[] = [];
  if (breaker.workers !== undefined && Object.keys(breaker.workers).length > 1) {
    notes.push(
      Object.entries(breaker.workers)
        .map(([phase, number]) => `${number} ${phase}`)
        .join(", "),
    );
  }
  if (breaker.opens_again_in_ms > 0) notes.push(`next probe in ${seconds(breaker.opens_again_in_ms)}`);
  if (resting_ms > 0) notes.push(`rests for ${seconds(resting_ms)}`);
  return `${pill(breaker.phase, tone)}${notes.map((note) => `<small>${escape(note)}</small>`).join("")}`;
}

const seconds = (milliseconds: number): string => `${Math.ceil(milliseconds / 1000)} s`;

const percent = (part: number, whole: number): string => `${Math.round((1000 * part) / whole) / 10} %`;

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Makes a text safe inside elements and quoted attributes. */
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
