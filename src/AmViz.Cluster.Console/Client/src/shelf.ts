// Pictures in memory. Previews are asked for by the dozen: a request costs a browser more than a preview of 3 kB.
import { Problem, picturePath, previewsPath } from './api';
import type { Api } from './api';

/** A picture of a sweep; with a size its preview. */
export interface Wanted { sweep: string; picture: string; size?: number | undefined }

interface Wish { api: Api; wanted: Wanted; signal: AbortSignal; resolve: (address: string) => void; reject: (error: unknown) => void }

const atOnce = 3;
const together = 16;
const kept = 600;

// A server takes a request line of 8 KB.
const longestAddress = 6000;

/** Addresses that hold their pictures, by what was wanted; the oldest are let go. */
export class Shelf {
  private readonly addresses = new Map<string, string>();
  private wishes: Wish[] = [];
  private loading = 0;

  known(wanted: Wanted): string | undefined {
    return this.addresses.get(keyOf(wanted));
  }

  load(api: Api, wanted: Wanted, signal: AbortSignal): Promise<string> {
    return new Promise((resolve, reject) => {
      this.wishes.push({ api, wanted, signal, resolve, reject });
      // Pictures that come near the screen together wish one after the other.
      setTimeout(() => this.next());
    });
  }

  clear(): void {
    this.addresses.clear();
  }

  private next(): void {
    while (this.loading < atOnce) {
      const wishes = this.take();
      if (wishes.length === 0) return;
      this.loading++;
      void this.fulfil(wishes).finally(() => {
        this.loading--;
        this.next();
      });
    }
  }

  /** The first wish, and what can come with it. */
  private take(): Wish[] {
    for (const wish of this.wishes) if (wish.signal.aborted) wish.reject(wish.signal.reason);
    this.wishes = this.wishes.filter((wish) => !wish.signal.aborted);
    const [first] = this.wishes;
    if (!first) return [];
    const taken: Wish[] = [];
    let length = 0;
    for (const wish of first.wanted.size ? this.wishes : [first]) {
      if (wish.api !== first.api || wish.wanted.sweep !== first.wanted.sweep || wish.wanted.size !== first.wanted.size) continue;
      length += encodeURIComponent(wish.wanted.picture).length + '&picture='.length;
      if (taken.length === together || (taken.length > 0 && length > longestAddress)) break;
      taken.push(wish);
    }
    this.wishes = this.wishes.filter((wish) => !taken.includes(wish));
    return taken;
  }

  private async fulfil(wishes: Wish[]): Promise<void> {
    const [{ api, wanted, signal }] = wishes as [Wish];
    try {
      if (!wanted.size) {
        this.keep(wishes[0]!, await api.picture(picturePath(wanted.sweep, wanted.picture), signal));
        return;
      }
      const previews = await api.previews(previewsPath(wanted.sweep, wishes.map((wish) => wish.wanted.picture), wanted.size));
      wishes.forEach((wish, place) => {
        const found = previews[place];
        if (found instanceof Problem || found === undefined) wish.reject(found ?? new Problem(0, 'unforeseen', 'Unforeseen', 'The coordinator answered without this preview.', []));
        else this.keep(wish, found);
      });
    } catch (error) {
      for (const wish of wishes) wish.reject(error);
    }
  }

  private keep({ wanted, resolve }: Wish, address: string): void {
    const key = keyOf(wanted);
    this.addresses.delete(key);
    this.addresses.set(key, address);
    for (const oldest of this.addresses.keys()) {
      if (this.addresses.size <= kept) break;
      this.addresses.delete(oldest);
    }
    resolve(address);
  }
}

export const shelf = new Shelf();

const keyOf = ({ sweep, picture, size }: Wanted): string => `${sweep} ${size ?? ''} ${picture}`;
