/** Environment variables as in World. */
type Environment = Readonly<Record<string, string | undefined>>;

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/**
 * The proxy for a URL by the usual variables (HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY; lower case wins, as in
 * curl), or null. A value without a scheme is an HTTP proxy. `'unusable'`: the variable holds something that is not
 * an http or https URL (SOCKS included).
 */
export function proxyFor(url: URL, environment: Environment): URL | null | 'unusable' {
  const name = url.protocol === 'https:' ? 'https_proxy' : 'http_proxy';
  const value = variable(environment, name) ?? variable(environment, 'all_proxy');
  if (value === null || bypassesProxy(url, variable(environment, 'no_proxy') ?? '')) return null;
  const text = value.includes('://') ? value : `http://${value}`;
  if (!URL.canParse(text)) return 'unusable';
  const proxy = new URL(text);
  return proxy.protocol === 'http:' || proxy.protocol === 'https:' ? proxy : 'unusable';
}

/** NO_PROXY: hosts, ".domain" or "domain" for all below it, "host:port", or "*"; separated by commas or spaces. */
function bypassesProxy(url: URL, list: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || DEFAULT_PORTS[url.protocol];
  return list.split(/[,\s]+/).some((entry) => {
    if (entry === '*') return true;
    const [, name = '', wanted] = /^(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    const domain = name.replace(/^\*?\./, '');
    if (domain === '' || (wanted !== undefined && wanted !== port)) return false;
    return host === domain || host.endsWith(`.${domain}`);
  });
}

/** CGI hands a request's "Proxy" header over as HTTP_PROXY, so curl reads that one in lower case only; here nothing is a CGI. */
function variable(environment: Environment, name: string): string | null {
  const value = environment[name] ?? environment[name.toUpperCase()];
  return value === undefined || value.trim() === '' ? null : value.trim();
}
