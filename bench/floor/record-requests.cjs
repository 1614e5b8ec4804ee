// Loaded before a program (`node --require`): writes each HTTP/2 request that it makes to the file of RECORDED_REQUESTS, one line of JSON each.
const { appendFileSync } = require('node:fs');
const http2 = require('node:http2');
const { syncBuiltinESMExports } = require('node:module');

const { connect } = http2;

http2.connect = (authority, ...rest) => {
  const session = connect(authority, ...rest);
  const request = session.request.bind(session);
  session.request = (headers, options) => {
    const { ':path': path, ':method': method = 'GET', range, accept } = headers;
    const told = { origin: new URL(authority).origin, path, method, range, accept };
    appendFileSync(process.env.RECORDED_REQUESTS, `${JSON.stringify(told)}\n`);
    return request(headers, options);
  };
  return session;
};
syncBuiltinESMExports();
