/** nginx in its two parts: the instant mock provider behind everything, and a proxy to compare with. One process each, no access log. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chatAnswer, closingEvents, contentEvent, contentEvents, DOWN_PATH, messageAnswer } from "./workloads";

const quote = (text: string): string => `'${text.replaceAll("'", "\\'")}'`;

const frame = (folder: string, http: string): string => `
daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  tcp_nodelay on;
  open_file_cache max=10 inactive=1h;
  open_file_cache_valid 1h;
  ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
  ${http}
}
`;

/**
 * The mock. The chat answers are constants. The stream is a page of 99 includes of one constant event and a tail: nginx sends each include as
 * an HTTP chunk of its own (100 in all), which costs it a third of what reading a file in 100 pieces does, so that the mock does not become the bottleneck.
 * `error_page 405` is there because nginx serves files to GET alone.
 */
function mock(folder: string, port: number): string {
  writeFileSync(join(folder, "stream"), `${'<!--#include virtual="/event" -->'.repeat(contentEvents)}${closingEvents}`);
  return `server {
    listen 127.0.0.1:${port};
    root ${folder};
    location = /chat { default_type application/json; return 200 ${quote(chatAnswer)}; }
    location = /failover { default_type application/json; return 200 ${quote(chatAnswer)}; }
    location = /translated { default_type application/json; return 200 ${quote(messageAnswer)}; }
    location = ${DOWN_PATH} { default_type application/json; return 503 '{"error":{"message":"overloaded"}}'; }
    location = /event { internal; default_type text/event-stream; return 200 ${quote(contentEvent)}; }
    location = /stream {
      default_type text/event-stream; ssi on; ssi_types text/event-stream; postpone_output 8000;
      error_page 405 =200 /stream;
    }
  }`;
}

const proxy = (port: number, mockPort: number): string => `
  upstream mock { server 127.0.0.1:${mockPort}; keepalive 64; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / { proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; }
    location = /stream { proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; }
  }`;

const write = (folder: string, name: string, http: (folder: string) => string): string => {
  const home = join(folder, name);
  mkdirSync(home, { recursive: true });
  const file = join(home, "nginx.conf");
  writeFileSync(file, frame(home, http(home)));
  return file;
};

/** Writes the mock's configuration into a folder of its own below `folder`; returns the file. */
export const writeMock = (folder: string, port: number): string => write(folder, "mock", (home) => mock(home, port));

/** Writes the proxy's configuration into a folder of its own below `folder`; returns the file. */
export const writeProxy = (folder: string, port: number, mockPort: number): string => write(folder, "proxy", () => proxy(port, mockPort));

/** Environment of nginx: glibc keeps the memory of a request for the next one instead of giving it back, which halves the cost of a stream. */
export const nginxEnvironment = { MALLOC_TRIM_THRESHOLD_: "268435456", MALLOC_TOP_PAD_: "67108864" } as const;
