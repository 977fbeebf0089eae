// Numbers and words as people read them.
import type { Counts, Outcome } from './types';

const grouped = new Intl.NumberFormat('en-US');

/** 12,345 */
export const number = (value: number): string => grouped.format(value);

/** 1 channel, 2 channels, 2 classes */
export const count = (value: number, one: string): string => `${number(value)} ${one}${value === 1 ? '' : one.endsWith('s') ? 'es' : 's'}`;

/** An objective or a response: three or four digits; "?" where there is none. */
export function figure(value: number | null): string {
  if (value === null || Number.isNaN(value)) return '?';
  const size = Math.abs(value);
  if (size >= 1000) return value.toFixed(0);
  if (size >= 100) return value.toFixed(1);
  return size >= 0.01 || size === 0 ? value.toFixed(2) : value.toExponential(1);
}

export const kilobytes = (bytes: number): string => `${number(Math.max(1, Math.round(bytes / 1024)))} KB`;

export const outcomeWords: Record<Outcome, string> = {
  rendered: 'drawn', dead: 'dead', notFinite: 'not a number', failed: 'failed', pending: 'not drawn yet', missing: 'picture missing', damaged: 'picture damaged',
};

export const outcomeOrder: Outcome[] = ['rendered', 'dead', 'notFinite', 'failed', 'pending', 'missing', 'damaged'];

/** 2 dead, 1 failed; nothing where all are drawn. */
export const troubles = (counts: Counts): string =>
  outcomeOrder.filter((outcome) => outcome !== 'rendered' && (counts[outcome] ?? 0) > 0).map((outcome) => `${number(counts[outcome]!)} ${outcomeWords[outcome]}`).join(', ');

export const total = (counts: Counts): number => outcomeOrder.reduce((sum, outcome) => sum + (counts[outcome] ?? 0), 0);
