import * as v from 'valibot';
import { expect, test } from 'vitest';
import { Faults, type TraceFault } from './faults';
import { checkAgainst } from './sentences';

function faultsOf(schema: v.GenericSchema, value: unknown, root?: string): readonly TraceFault[] {
  const faults = new Faults();
  expect(checkAgainst(schema, value, faults, root)).toBeUndefined();
  return faults.list();
}

const said = (schema: v.GenericSchema, value: unknown): string => faultsOf(v.object({ x: schema }), { x: value }).map(({ message }) => message).join('|');

test('what passes comes back fresh, and adds no fault', () => {
  const faults = new Faults();
  const value = { x: [1], more: 2 };
  const got = checkAgainst(v.object({ x: v.array(v.number()) }), value, faults);
  expect(got).toEqual({ x: [1] });
  expect(got?.x).not.toBe(value.x);
  expect(faults.count).toBe(0);
});

test('each kind of finding is a sentence of what is there and what is wanted', () => {
  expect(said(v.string(), 1)).toBe('x is the number 1, but a text is wanted: correct it.');
  expect(said(v.number(), '1')).toBe('x is the text "1", but a finite number is wanted: correct it.');
  expect(said(v.number(), null)).toBe('x is null, but a finite number is wanted: leave the field out if it is not known.');
  expect(said(v.boolean(), 1)).toBe('x is the number 1, but true or false is wanted: correct it.');
  expect(said(v.array(v.number()), 1)).toBe('x is the number 1, but a list is wanted: correct it.');
  expect(said(v.object({}), 1)).toBe('x is the number 1, but an object is wanted: correct it.');
  expect(said(v.strictObject({}), 1)).toBe('x is the number 1, but an object is wanted: correct it.');
  expect(said(v.record(v.string(), v.number()), 1)).toBe('x is the number 1, but an object is wanted: correct it.');
  expect(said(v.pipe(v.number(), v.integer()), 0.5)).toBe('x is the number 0.5, but a whole number is wanted: correct it.');
  expect(said(v.pipe(v.number(), v.safeInteger()), 2 ** 60)).toBe('x is the number 1152921504606847000, but a whole number is wanted: correct it.');
  expect(said(v.pipe(v.number(), v.finite()), Infinity)).toBe('x is the number Infinity, but a finite number is wanted: correct it.');
  expect(said(v.pipe(v.number(), v.minValue(2)), 1)).toBe('x is the number 1, but a number of at least 2 is wanted: correct it.');
  expect(said(v.pipe(v.number(), v.gtValue(2)), 2)).toBe('x is the number 2, but a number above 2 is wanted: correct it.');
  expect(said(v.pipe(v.number(), v.maxValue(2)), 3)).toBe('x is the number 3, but a number of at most 2 is wanted: correct it.');
  expect(said(v.pipe(v.string(), v.maxLength(2)), 'abc')).toBe('x is the text "abc", but a text of at most 2 characters is wanted: correct it.');
  expect(said(v.pipe(v.array(v.number()), v.length(2)), [1])).toBe('x is a list of 1, but a list of 2 is wanted: correct it.');
  expect(said(v.pipe(v.string(), v.regex(/^a/, 'an a first')), 'b')).toBe('x is the text "b", but an a first is wanted: correct it.');
  expect(said(v.pipe(v.string(), v.isoTimestamp('a time')), 'b')).toBe('x is the text "b", but a time is wanted: correct it.');
  expect(said(v.custom(() => false, 'a wonder'), 1)).toBe('x is the number 1, but a wonder is wanted: correct it.');
  expect(said(v.literal('on'), 'off')).toBe('x is the text "off", but one of "on" is wanted: correct it.');
  expect(said(v.picklist(['a', 'b']), 'c')).toBe('x is the text "c", but one of "a", "b" is wanted: correct it.');
  expect(said(v.union([v.literal('all'), v.array(v.number()), v.strictObject({ from: v.number() })]), 5)).toBe('x is the number 5, but one of "all", a list, an object is wanted: correct it.');
});

test('missing and unknown keys are said as such', () => {
  expect(faultsOf(v.object({ a: v.string(), b: v.object({ c: v.number() }) }), { b: {} })).toEqual([
    { path: 'a', message: 'a is missing: put a value there.' },
    { path: 'b.c', message: 'b.c is missing: put a value there.' },
  ]);
  expect(faultsOf(v.strictObject({ a: v.number() }), { a: 1, b: 2 })).toEqual([{ path: 'b', message: 'b is not a field of this format: check its spelling, or remove it.' }]);
  expect(faultsOf(v.strictObject({ a: v.number() }), {})).toEqual([{ path: 'a', message: 'a is missing: put a value there.' }]);
  expect(faultsOf(v.object({ a: v.optional(v.number()) }), { a: 'x' })).toMatchObject([{ path: 'a' }]);
  expect(faultsOf(v.array(v.number()), [1, undefined])).toEqual([{ path: '[1]', message: '[1] is missing: put a finite number there.' }]);
});

test('places are paths from the root, and the file itself where there is none', () => {
  expect(faultsOf(v.number(), 'x')).toEqual([{ path: '', message: 'The file is the text "x", but a finite number is wanted: correct it.' }]);
  expect(faultsOf(v.number(), 'x', 'plan')).toEqual([{ path: 'plan', message: 'plan is the text "x", but a finite number is wanted: correct it.' }]);
  expect(faultsOf(v.object({ a: v.array(v.object({ b: v.string() })) }), { a: [{ b: 's' }, { b: 1 }] }, 'plan')).toMatchObject([{ path: 'plan.a[1].b' }]);
});

test('of a union, the branch that the value came furthest into speaks', () => {
  const union = v.union([v.literal('all'), v.strictObject({ from: v.number() })]);
  expect(faultsOf(v.object({ t: union }), { t: { from: 'x' } })).toEqual([{ path: 't.from', message: 't.from is the text "x", but a finite number is wanted: correct it.' }]);
  expect(faultsOf(v.object({ t: union }), { t: { from: 1, to: 2 } })).toEqual([{ path: 't.to', message: 't.to is not a field of this format: check its spelling, or remove it.' }]);
});
