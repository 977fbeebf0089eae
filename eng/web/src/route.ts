// Pages by the part of the address after '#', so that each has a link that lasts and none is sent to the server.

export interface Route { path: string[]; query: URLSearchParams }

export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split(/\?(.*)/s);
  return { path: path.split('/').filter((part) => part !== '').map(decode), query: new URLSearchParams(query) };
}

/** The link to a page. */
export function link(path: readonly (string | number)[], query: Record<string, string | number | null | undefined> = {}): string {
  return `#/${path.map((part) => encodeURIComponent(part)).join('/')}${given(query)}`;
}

/** The query of an address, of the values that there are. An empty text is none, but as errorIs: it asks for what has no error. */
export function given(values: Record<string, string | number | boolean | null | undefined>): string {
  const all = Object.entries(values).filter(([name, value]) => value !== null && value !== undefined && (value !== '' || name === 'errorIs')).map(([name, value]) => [name, String(value)]);
  return all.length === 0 ? '' : `?${new URLSearchParams(all)}`;
}

// A server takes a request line of 8 KB.
const longestError = 2000;
const part = 500;

/** The filter that lists the channels of one error; of an error too long for an address, those of all errors that hold its beginning. */
export function errorFilter(error: string): { errorIs: string } | { error: string } {
  if (new URLSearchParams({ errorIs: error }).toString().length <= longestError) return { errorIs: error };
  // Half of a pair of surrogates is no text.
  return { error: error.slice(0, part).replace(/[\ud800-\udbff]$/, '') };
}

// Somebody may have typed it.
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
