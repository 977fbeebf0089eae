// Data comes as scripts that call amviz.put, because a page opened from a disk may run a script but not fetch a file. Where an address needs a key (a SAS), it is in the query of the page's own address, and goes with every file.

declare global {
  interface Window { amviz: { put: (path: string, data: unknown) => void } }
}

const longestWait = 60_000;

// Of a few kB each. What is shown now is held by who shows it.
const kept = 500;

const docs = new Map<string, Promise<unknown>>();
const wanted = new Map<string, (data: unknown) => void>();

/** The address of a file of the atlas, from the page. Names in it are such as need no escape. */
export const address = (path: string, version?: string): string => withQuery(path, [...(version === undefined ? [] : [`v=${encodeURIComponent(version)}`]), location.search.slice(1)]);

/** A picture: of the atlas or of the store that holds it; of a store elsewhere, which has an address and keys of its own. */
export const picture = (path: string): string => (/^https?:/.test(path) ? path : withQuery(path, [location.search.slice(1)]));

const withQuery = (path: string, parts: readonly string[]): string => {
  const query = parts.filter((part) => part !== '').join('&');
  return query === '' ? path : `${path}?${query}`;
};

/** A document, by its path below data/ and its version. */
export function load<T>(path: string, version?: string): Promise<T> {
  const key = `${path} ${version ?? ''}`;
  const known = docs.get(key);
  if (known) {
    docs.delete(key);
    docs.set(key, known);
    return known as Promise<T>;
  }
  const asked = read(path, version);
  docs.set(key, asked);
  asked.catch(() => docs.delete(key));
  for (const oldest of docs.keys()) {
    if (docs.size <= kept) break;
    docs.delete(oldest);
  }
  return asked as Promise<T>;
}

/** Reads a document again that may have changed. */
export const reload = <T>(path: string): Promise<T> => read(path, String(Date.now())) as Promise<T>;

function read(path: string, version: string | undefined): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    const end = (act: () => void): void => {
      clearTimeout(timer);
      wanted.delete(path);
      script.remove();
      act();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`${path} did not come within a minute.`))), longestWait);
    wanted.set(path, (data) => end(() => resolve(data)));
    script.src = address(`data/${path}.js`, version);
    script.onerror = () => end(() => reject(new Error(`data/${path}.js is missing or cannot be read. Run 'amviz atlas build' again.`)));
    document.head.append(script);
  });
}

/** A script of the atlas that is needed now and then. */
export function loadScript(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const script = document.createElement('script');
    script.src = address(path);
    script.onload = () => resolve();
    script.onerror = () => reject(new Error(`${path} is missing. Run 'amviz atlas build' again.`));
    document.head.append(script);
  });
}

/** Receives what a data script holds. */
export function receive(): void {
  window.amviz = { put: (path, data) => wanted.get(path)?.(data) };
}
