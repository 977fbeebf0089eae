// What is typed into the box: words of labels, numbers of channels, "trust < 0.9", "is:failed". All must hold.
import type { Outcome } from './types';

export type Relation = '<' | '<=' | '>' | '>=' | '=';
export type Term =
  | { kind: 'word'; word: string }
  | { kind: 'channel'; from: number; to: number }
  | { kind: 'column'; column: string; relation: Relation; value: number }
  | { kind: 'outcome'; outcome: Outcome };

const outcomes: Record<string, Outcome> = {
  drawn: 'rendered', rendered: 'rendered', dead: 'dead', failed: 'failed', notfinite: 'notFinite', pending: 'pending', missing: 'missing', damaged: 'damaged',
};

export interface Asked { terms: Term[]; problems: string[] }

/** Reads it; a column that the layer does not have is a problem, said in words. */
export function parseFilter(text: string, columns: readonly string[]): Asked {
  const asked: Asked = { terms: [], problems: [] };
  const pieces = text.trim().replace(/\s*(<=|>=|<|>|=)\s*/g, '$1').split(/\s+/).filter((piece) => piece !== '');
  for (const piece of pieces) {
    const compared = /^([a-z]+)(<=|>=|<|>|=)(.*)$/i.exec(piece);
    const numbered = /^#?(\d+)(?:-(\d+))?$/.exec(piece);
    const state = /^is:(.*)$/i.exec(piece);
    if (compared) compare(asked, compared[1]!, compared[2] as Relation, compared[3]!, columns);
    else if (numbered) asked.terms.push({ kind: 'channel', from: Number(numbered[1]), to: Number(numbered[2] ?? numbered[1]) });
    else if (state) {
      const outcome = outcomes[state[1]!.toLowerCase()];
      if (outcome) asked.terms.push({ kind: 'outcome', outcome });
      else asked.problems.push(`'${piece}' is none of ${Object.keys(outcomes).map((name) => `is:${name}`).join(', ')}.`);
    } else asked.terms.push({ kind: 'word', word: piece.toLowerCase() });
  }
  return asked;
}

function compare(asked: Asked, name: string, relation: Relation, number: string, columns: readonly string[]): void {
  const column = columns.find((one) => one.toLowerCase() === name.toLowerCase());
  const value = Number(number);
  if (column === undefined) asked.problems.push(`This layer has no '${name}'. It has ${columns.length === 0 ? 'no numbers yet' : columns.join(', ')}.`);
  else if (number === '' || Number.isNaN(value)) asked.problems.push(`'${name}${relation}' needs a number, such as ${name}${relation}0.5.`);
  else asked.terms.push({ kind: 'column', column, relation, value });
}

export function holds(relation: Relation, left: number, right: number): boolean {
  switch (relation) {
    case '<': return left < right;
    case '<=': return left <= right;
    case '>': return left > right;
    case '>=': return left >= right;
    case '=': return left === right;
  }
}

export interface Source {
  tiles: number;
  seeds: number;
  channel: (tile: number) => number;
  columns: Record<string, Float32Array>;
  labels: readonly (string | null)[] | null;
  outcomes: ((tile: number) => Outcome) | null;
}

/** The tiles that fit, in order. Those without a number come last, whichever way they are ordered. */
export function arrange(source: Source, terms: readonly Term[], seed: number | null, sort: string | null, descending: boolean): number[] {
  const found: number[] = [];
  const step = seed === null ? 1 : source.seeds;
  for (let tile = seed ?? 0; tile < source.tiles; tile += step) if (terms.every((term) => fits(source, term, tile))) found.push(tile);
  const values = sort === null ? undefined : source.columns[sort];
  if (!values) return found;
  const sign = descending ? -1 : 1;
  return found.sort((a, b) => {
    const [left, right] = [values[a]!, values[b]!];
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b;
    return sign * (left - right) || a - b;
  });
}

function fits(source: Source, term: Term, tile: number): boolean {
  switch (term.kind) {
    case 'word': return source.labels?.[tile]?.toLowerCase().includes(term.word) ?? false;
    case 'channel': return source.channel(tile) >= term.from && source.channel(tile) <= term.to;
    case 'column': return holds(term.relation, source.columns[term.column]?.[tile] ?? NaN, term.value);
    case 'outcome': return source.outcomes?.(tile) === term.outcome;
  }
}

/** Columns that have to be read to arrange. */
export const neededColumns = (terms: readonly Term[], sort: string | null): string[] =>
  [...new Set([...terms.flatMap((term) => (term.kind === 'column' ? [term.column] : [])), ...(sort === null ? [] : [sort])])].sort();
