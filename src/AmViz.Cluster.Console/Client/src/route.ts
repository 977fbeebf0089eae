// Pages by the part of the address after '#', so that each has a link that lasts and none is sent to the server.

export interface Route { path: string[]; query: URLSearchParams }

export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { path: path.split('/').filter((part) => part !== '').map(decode), query: new URLSearchParams(query) };
}

/** The link to a page. */
export function link(path: readonly (string | number)[], query: Record<string, string | number | null | undefined> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => [name, String(value)]);
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${given.length === 0 ? '' : `?${new URLSearchParams(given)}`}`;
}

// Somebody may have typed it.
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
