/** Reading values from the state of the page, and whether a check on it holds. Pure functions. */
import type { AppState } from '../../state/state';
import type { Check, Comparison, Reading } from '../format';
import { placeOf, type Reader, type Value } from './context';
import { KINDS, type Kind, type ReadingName } from './names';
import { PAGE } from './page';
import { ROUTING } from './routing';

const READERS: Readonly<Record<ReadingName, Reader>> = { ...PAGE, ...ROUTING };

/** Equal within the precision of files. */
const NEAR = 1e-6;

/** A value with its kind, so that it can be written as the page writes such values. */
export interface Read {
  readonly kind: Kind;
  readonly value: Value;
}

/** The value of a reading; undefined where the page does not hold it. */
export function read(state: AppState, reading: Reading): Read | undefined {
  const place = placeOf(state, reading);
  const value = place === undefined ? undefined : READERS[reading.read](place);
  return value === undefined || Number.isNaN(value) ? undefined : { kind: KINDS[reading.read], value };
}

function equal(a: Value, b: Value): boolean {
  return typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= NEAR : a === b;
}

function compares(state: AppState, comparison: Comparison): boolean {
  const { is, min, max, same, more, less } = comparison;
  const value = read(state, comparison)?.value;
  if (value === undefined) return false;
  const other = (reading: Reading, holds: (a: Value, b: Value) => boolean): boolean => {
    const found = read(state, reading)?.value;
    return found !== undefined && holds(value, found);
  };
  return (
    (is === undefined || equal(value, is)) &&
    (min === undefined || (typeof value === 'number' && value >= min - NEAR)) &&
    (max === undefined || (typeof value === 'number' && value <= max + NEAR)) &&
    (same === undefined || other(same, equal)) &&
    (more === undefined || other(more, (a, b) => a > b)) &&
    (less === undefined || other(less, (a, b) => a < b))
  );
}

/** Whether a check holds on the page as it is. What the page does not hold makes a comparison fail. */
export function holds(state: AppState, check: Check): boolean {
  if ('all' in check) return check.all.every((part) => holds(state, part));
  if ('any' in check) return check.any.some((part) => holds(state, part));
  if ('not' in check) return !holds(state, check.not);
  return compares(state, check);
}

/** Readings of a check, at any depth. */
export function readingsOf(check: Check): readonly ReadingName[] {
  if ('all' in check) return check.all.flatMap(readingsOf);
  if ('any' in check) return check.any.flatMap(readingsOf);
  if ('not' in check) return readingsOf(check.not);
  return [check, check.same, check.more, check.less].flatMap((reading) => (reading === undefined ? [] : [reading.read]));
}
