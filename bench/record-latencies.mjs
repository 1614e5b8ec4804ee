// Records how two instances of one service behave beside each other under the same load, second by second: the base of the simulated
// rollouts in test/property/analysis-simulation.test.ts. Usage: node bench/record-latencies.mjs [seconds] > test/property/recorded-latencies.json
import { createHash } from 'node:crypto';
import { fork } from 'node:child_process';
import { Agent, createServer, request } from 'node:http';
import { cpus } from 'node:os';

const PER_SECOND = 40;
/** Order statistics that are kept of each second. */
const KEPT = 16;

/** A small service: it reads a body, works on it for some milliseconds, waits as for a database, and answers. */
function serve() {
  const server = createServer((asked, answer) => {
    const rows = Array.from({ length: 50 + Math.floor(250 * Math.random() ** 3) }, (_, row) => ({
      row,
      text: `row ${row} of ${asked.url}`,
      value: Math.random(),
    }));
    let digest = '';
    for (let round = 0; round < 4; round++)
      digest = createHash('sha256')
        .update(JSON.stringify(rows) + digest)
        .digest('hex');
    const waitMs = -3 * Math.log(1 - Math.random());
    setTimeout(() => answer.end(JSON.stringify({ digest, rows: rows.length })), waitMs);
  });
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }));
  let before = process.cpuUsage();
  setInterval(() => {
    const used = process.cpuUsage(before);
    before = process.cpuUsage();
    process.send({ rss: process.memoryUsage.rss(), cpuMs: (used.user + used.system) / 1000 });
  }, 1000);
}

function startInstance() {
  const child = fork(import.meta.filename, ['serve'], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const instance = { child, port: 0, rss: 0, cpuMs: 0, second: [], agent: new Agent({ keepAlive: true }) };
  return new Promise((resolve) =>
    child.on('message', (message) => {
      Object.assign(instance, message);
      if ('port' in message) resolve(instance);
    }),
  );
}

function ask(instance) {
  const started = performance.now();
  const asked = request(
    { port: instance.port, host: '127.0.0.1', path: '/rows', agent: instance.agent },
    (answer) => {
      answer.resume();
      answer.on('end', () => instance.second.push(performance.now() - started));
    },
  );
  asked.on('error', (error) => console.error(String(error)));
  asked.end();
}

/** In hundredths of a millisecond, rising. */
function orderStatistics(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return Array.from({ length: KEPT }, (_, rank) =>
    Math.round(100 * sorted[Math.floor(((rank + 0.5) / KEPT) * sorted.length)]),
  );
}

function take(instance) {
  const { second, rss, cpuMs } = instance;
  instance.second = [];
  if (second.length < KEPT || rss === 0) return null;
  return [orderStatistics(second), Math.round(rss / 1024), Math.round(cpuMs)];
}

async function record(seconds) {
  const instances = await Promise.all([startInstance(), startInstance()]);
  // Arrivals at random moments, of the same rate for both.
  for (const instance of instances) {
    const next = () => {
      ask(instance);
      instance.timer = setTimeout(next, (-1000 / PER_SECOND) * Math.log(1 - Math.random()));
    };
    next();
  }
  const recorded = [];
  await new Promise((resolve) => {
    const ticking = setInterval(() => {
      const both = instances.map(take);
      if (both.every((each) => each !== null)) recorded.push(both);
      if (recorded.length % 60 === 0) console.error(`${recorded.length} seconds`);
      if (recorded.length >= seconds) resolve(clearInterval(ticking));
    }, 1000);
  });
  for (const instance of instances) {
    clearTimeout(instance.timer);
    instance.child.kill();
    instance.agent.destroy();
  }
  return {
    what: 'each second of two instances under the same load: [[hundredths of ms, 16 order statistics], KiB, CPU ms] of each',
    node: process.version,
    processors: cpus().length,
    requestsPerSecond: PER_SECOND,
    seconds: recorded,
  };
}

if (process.argv[2] === 'serve') serve();
else {
  const { seconds, ...rest } = await record(Number(process.argv[2] ?? 400));
  const head = JSON.stringify(rest).slice(0, -1);
  console.log(`${head},"seconds":[\n${seconds.map((second) => JSON.stringify(second)).join(',\n')}\n]}`);
}
