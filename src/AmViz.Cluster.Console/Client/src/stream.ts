// Server-sent events by fetch: EventSource cannot send the key as a header.

export interface ServerEvent { id: string; data: string }

/** Puts events together from the pieces in which a stream arrives. */
export class EventParser {
  private rest = '';
  private id = '';

  feed(text: string): ServerEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    return blocks.flatMap((block) => this.read(block));
  }

  private read(block: string): ServerEvent[] {
    const data: string[] = [];
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) this.id = line.slice(4);
      if (line.startsWith('data: ')) data.push(line.slice(6));
    }
    return data.length > 0 ? [{ id: this.id, data: data.join('\n') }] : [];
  }
}

/** Milliseconds before the next try after so many failures: doubled up to half a minute, and never the same for all who lost the same coordinator. */
export const backoff = (failures: number, random: number): number => Math.min(30_000, 1000 * 2 ** Math.min(failures, 10)) * (0.75 + random / 2);
