// The proxy beside nginx, before the same upstream: `npm run bench -- --part proxy`. nginx runs with a folder and a configuration of its own.
import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { figureRow, median } from './figures.mjs';
import { WORK } from './places.mjs';

const run = promisify(execFile);
const NGINX = '/usr/sbin/nginx';
const WRK = '/usr/bin/wrk';
const CONNECTIONS = 32;
const [WARM_REQUESTS, WARM_SECONDS] = [30_000, 60];

/** No row where nginx or wrk is absent. */
export async function measureProxy({ rounds, say }) {
  if (!existsSync(NGINX) || !existsSync(WRK)) {
    say('proxy: nginx or wrk is absent: apt-get install nginx-light wrk');
    return [];
  }
  const folder = join(WORK, 'proxy');
  await rm(folder, { recursive: true, force: true });
  await mkdir(join(folder, 'temp'), { recursive: true });
  const [upstream, front, ours] = await Promise.all([freePort(), freePort(), freePort()]);
  const started = [await startNginx(folder, upstream, front), await startFettle(folder, upstream, ours)];
  try {
    const ports = { direct: upstream, nginx: front, fettle: ours };
    for (const port of Object.values(ports)) await warm(port);
    const figures = { direct: [], nginx: [], fettle: [] };
    for (let round = 1; round <= rounds; round += 1) {
      for (const [name, port] of Object.entries(ports)) figures[name].push(await load(port, 4));
      say(`proxy: round ${round} of ${rounds}`);
    }
    return rowsOf(figures, rounds);
  } finally {
    for (const stop of started) await stop();
  }
}

/** Latency is what each adds to the same upstream asked directly. */
function rowsOf({ direct, nginx, fettle }, runs) {
  const of = (all, key) => median(all.map((one) => one[key]));
  const row = (what, unit, value) =>
    figureRow({
      ...{ part: 'proxy', what: `proxy, ${CONNECTIONS} connections: ${what}`, unit, runs },
      ...{ mine: value(fettle), peer: 'nginx, one worker', theirs: value(nginx) },
    });
  const added = (key) => (all) => of(all, key) - of(direct, key);
  return [
    row('requests', '/s', (all) => of(all, 'perSecond')),
    row('added latency, median', 'ms', added('p50')),
    row('added latency, 99th percentile', 'ms', added('p99')),
  ];
}

/** The upstream is nginx as well, in a process of its own, so that it does not bound what is measured. */
async function startNginx(folder, upstream, front) {
  const server = (port, location) =>
    `server { listen 127.0.0.1:${port}; keepalive_requests 1000000000; location / { ${location} } }`;
  const temps = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${join(folder, 'temp', name)};`)
    .join(' ');
  const config = (
    name,
    http,
  ) => `worker_processes 1; daemon off; error_log ${join(folder, `${name}.log`)} crit;
pid ${join(folder, `${name}.pid`)}; events { worker_connections 1024; } http { access_log off; ${temps} ${http} }`;
  const pass =
    'proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $host; proxy_set_header X-Forwarded-For $remote_addr;';
  const body = 'x'.repeat(600);
  const stops = [
    await nginx(folder, 'upstream', config('upstream', server(upstream, `return 200 "${body}";`)), upstream),
    await nginx(
      folder,
      'front',
      config('front', `upstream up { server 127.0.0.1:${upstream}; keepalive 64; } ${server(front, pass)}`),
      front,
    ),
  ];
  return async () => {
    for (const stop of stops) await stop();
  };
}

async function nginx(folder, name, config, port) {
  const path = join(folder, `${name}.conf`);
  await writeFile(path, config);
  return ended(spawn(NGINX, ['-p', folder, '-c', path], { stdio: ['ignore', 'ignore', 'inherit'] }), port);
}

async function startFettle(folder, upstream, port) {
  const program = join(folder, 'proxy.mjs');
  await build({
    stdin: {
      contents: `
        import { startProxy } from './src/ship/platforms/local/proxy/proxy.ts';
        import { systemClock } from './src/io/system-clock.ts';
        const proxy = await startProxy({ host: '127.0.0.1', port: ${port}, intervalSeconds: 10, clock: systemClock });
        const upstream = (revision) => ({ revision, connect: { kind: 'tcp', host: '127.0.0.1', port: ${upstream} } });
        const shares = [{ revision: 'stable', percent: 90 }, { revision: 'canary', percent: 10 }];
        proxy.change([upstream('stable'), upstream('canary')], { shares, sticky: false }, new Map());`,
      resolveDir: process.cwd(),
      loader: 'ts',
    },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    minify: false,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    outfile: program,
  });
  return ended(spawn(process.execPath, [program], { stdio: ['ignore', 'ignore', 'inherit'] }), port);
}

/** Waits until it listens; gives what ends it. */
async function ended(child, port) {
  const exit = new Promise((resolve) => child.once('exit', resolve));
  for (let tries = 0; tries < 100 && child.exitCode === null; tries += 1) {
    if (
      await fetch(`http://127.0.0.1:${port}/`).then(
        () => true,
        () => false,
      )
    )
      return async () => {
        child.kill('SIGTERM');
        await exit;
      };
    await delay(50);
  }
  child.kill('SIGKILL');
  throw new Error(`${child.spawnargs.join(' ')} does not listen on ${port}`);
}

/** Until the code has been compiled for speed, which is a matter of requests, not of seconds, on a machine that is busy. */
async function warm(port) {
  for (let [done, left] = [0, WARM_SECONDS]; done < WARM_REQUESTS && left > 0; left -= 2)
    done += (await load(port, 2)).perSecond * 2;
}

async function load(port, seconds) {
  const args = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--latency', `http://127.0.0.1:${port}/`];
  const { stdout } = await run(WRK, args);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`requests failed:\n${stdout}`);
  const ms = (percent) => {
    const [, value, unit] = new RegExp(`${percent}%\\s+([\\d.]+)(us|ms|s)`).exec(stdout);
    return Number(value) * { us: 0.001, ms: 1, s: 1000 }[unit];
  };
  return { perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]), p50: ms(50), p99: ms(99) };
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
