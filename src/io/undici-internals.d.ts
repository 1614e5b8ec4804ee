// undici's own entry point loads fetch, web sockets and more, at about 100 ms a start. These are the two files that
// requests need; their types are the public ones.
declare module 'undici/lib/dispatcher/pool.js' {
  export { Pool as default } from 'undici';
}
declare module 'undici/lib/core/connect.js' {
  export { buildConnector as default } from 'undici';
}
