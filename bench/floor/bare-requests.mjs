// Makes the requests of a file as `record-requests.cjs` writes it, and does nothing with the answers but read them, and parse those that are pages.
// Usage: node bare-requests.mjs FILE [FOLDER]. Prints how many bytes came, and keeps the pages in the folder where one is named.
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:http2';
import { basename, join } from 'node:path';

const AT_ONCE = 50;
const WINDOW_BYTES = 1 << 24;

const [file, kept] = process.argv.slice(2);
const waiting = readFileSync(file, 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const sessions = new Map();
let bytes = 0;

function sessionOf(origin) {
  const known = sessions.get(origin);
  if (known !== undefined) return known;
  const session = connect(origin, { settings: { initialWindowSize: WINDOW_BYTES } });
  session.on('connect', () => session.setLocalWindowSize(4 * WINDOW_BYTES));
  sessions.set(origin, session);
  return session;
}

function answerOf({ origin, path, method, range, accept }) {
  const headers = { ':path': path, ':method': method, ...(range && { range }), ...(accept && { accept }) };
  return new Promise((resolve, reject) => {
    const chunks = [];
    const stream = sessionOf(origin).request(headers);
    stream.on('data', (chunk) => chunks.push(chunk));
    stream.on('error', reject);
    stream.on('end', () => resolve(Buffer.concat(chunks)));
    stream.end();
  });
}

async function ask() {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const answer = await answerOf(next);
    bytes += answer.length;
    if (!next.accept?.includes('simple') || answer[0] !== 0x7b) continue;
    if (kept === undefined) JSON.parse(answer.toString());
    else writeFileSync(join(kept, basename(next.path)), answer);
  }
}

await Promise.all(Array.from({ length: AT_ONCE }, ask));
for (const session of sessions.values()) session.close();
console.log(bytes);
