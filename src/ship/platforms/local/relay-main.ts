import { createConnection, createServer } from 'node:net';

/**
 * Runs in the network namespace of a service and in the machine's file system: whoever connects to the socket reaches the service's
 * loopback. Arguments: path of the socket, port, process id of who started it; it ends with that.
 */
const [path, port, owner] = process.argv.slice(2);
if (path === undefined || port === undefined || owner === undefined)
  throw new Error('asked for a socket, a port and a process');

const LOOK_MS = 200;
setInterval(() => {
  if (process.ppid !== Number(owner)) process.exit(0);
}, LOOK_MS);

// Each side may end its half and still be answered (RFC 9293, 3.6); `pipe` stops reading where nobody takes it.
const server = createServer({ allowHalfOpen: true }, (near) => {
  const far = createConnection({ host: '127.0.0.1', port: Number(port), allowHalfOpen: true });
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
  near.on('close', () => {
    if (!far.writableFinished) far.destroy();
  });
  far.on('close', () => {
    if (!near.writableFinished) near.destroy();
  });
  near.pipe(far);
  far.pipe(near);
});
server.listen(path);
