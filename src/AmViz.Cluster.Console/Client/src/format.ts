// Numbers, times and states as people read them.
import type { Counts, LayerProgress, SweepState } from './types';

const grouped = new Intl.NumberFormat('en-US');

/** 12,345 */
export const number = (value: number): string => grouped.format(value);

/** 1 picture, 2 pictures */
export const count = (value: number, one: string): string => `${number(value)} ${one}${value === 1 ? '' : 's'}`;

/** Three digits at most, such as 0.042, 3.1, 240 */
export function rate(value: number): string {
  return value >= 100 ? number(Math.round(value)) : value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value > 0 ? value.toPrecision(2) : '0';
}

/** The two largest units: 45 s, 3 min 20 s, 5 h 12 min, 3 d 4 h */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  if (whole < 86400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

/** Device hours: 0.02, 3.4, 1,250 */
export const hours = (seconds: number): string => (seconds / 3600 >= 100 ? number(Math.round(seconds / 3600)) : (seconds / 3600).toFixed(seconds < 360 ? 3 : 1));

/** 1.2 MB */
export function bytes(value: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}

/** 2026-11-29 20:15:03, in the time of whoever looks */
export function time(text: string | null): string {
  if (text === null) return 'never';
  const at = new Date(text);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/** How long ago: 4 s ago */
export const ago = (text: string | null, now: number): string => (text === null ? 'never' : `${duration((now - Date.parse(text)) / 1000)} ago`);

export const ended = (counts: Counts): number => counts.rendered + counts.skipped + counts.failed;
export const open = (counts: Counts): number => counts.planned - ended(counts);
export const hasEnded = (state: SweepState): boolean => state === 'finished' || state === 'cancelled' || state === 'failed';

/** What a picture of a sweep is told by beside its channel: the network too where there are several. */
export const nameOf = (layers: readonly LayerProgress[]): 'layer' | 'network' => (layers.some((layer) => layer.model !== layers[0]!.model) ? 'network' : 'layer');

/** 45 %, and neither 0 % nor 100 % unless it is so */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const value = (100 * part) / whole;
  return `${part === whole ? 100 : part === 0 ? 0 : Math.min(99.9, Math.max(0.1, value)).toFixed(value < 10 || value > 90 ? 1 : 0)} %`;
}

/** The word for how a channel ended, as the atlas has it */
export const endWords: Record<string, string> = { open: 'not drawn yet', rendered: 'drawn', dead: 'dead', notFinite: 'not a number', failed: 'failed' };

/** The name of a device without the start time of its silo */
export const shortDevice = (device: string): string => device.replace(/^S?(?<address>.+:\d+)[:@]\d+\//, '$<address> ');
