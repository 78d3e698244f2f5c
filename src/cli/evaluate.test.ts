import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { parseResults } from '../state/results';
import { readSet, run, runUnits } from './evaluate';
import { finishedResults, PartialRun } from './partial-run';
import { Progress, remaining } from './progress';
import type { PreparedSuite } from './suites/suite';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evaluate-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const HEADER = { suite: 'demo', settings: { k: 3 } };

function preparedOf(runs: Readonly<Record<string, () => number>>): PreparedSuite {
  return {
    settings: {},
    units: Object.entries(runs).map(([id, value]) => ({ id, run: async () => ({ value: value() }) })),
    summarise: () => ({ figures: {}, lines: [] }),
  };
}

describe('a run that was stopped', () => {
  it('goes on where it was, and gives what a run in one go would', async () => {
    const path = join(folder, 'r.partial.jsonl');
    const fail = (): number => {
      throw new Error('power cut');
    };
    await expect(runUnits(preparedOf({ a: () => 1, b: fail }), new PartialRun(path, HEADER), { show: vi.fn<Progress['show']>() })).rejects.toThrow('power cut');
    appendFileSync(path, '{"id":"b","val');
    const again = vi.fn<() => number>(() => 0);
    const show = vi.fn<Progress['show']>();
    const results = await runUnits(preparedOf({ a: again, b: () => 2, c: () => 3 }), new PartialRun(path, HEADER), { show });
    expect(results).toEqual([{ id: 'a', value: 1 }, { id: 'b', value: 2 }, { id: 'c', value: 3 }]);
    expect(again).not.toHaveBeenCalled();
    expect(show.mock.calls).toEqual([[1, 2, 1], [2, 2, 1]]);
    expect(readFileSync(path, 'utf8').trimEnd().split('\n').map((line): unknown => JSON.parse(line))).toEqual([HEADER, ...results]);
  });

  it('is not continued with other settings, and says which', () => {
    const path = join(folder, 'r.partial.jsonl');
    new PartialRun(path, HEADER).add('a', { value: 1 });
    expect(() => new PartialRun(path, { suite: 'demo', settings: { k: 5 } })).toThrow('was begun with other settings (settings.k): delete it, or choose another --out.');
  });

  it('uses the results of a finished report of the same run, and of no other', () => {
    const out = join(folder, 'r.json');
    const report = { suite: 'demo', model: { id: 'm', sha256: 'f' }, engine: 'webgpu (some adapter)', settings: { k: 3 }, items: [{ id: 'a', value: 1 }] };
    writeFileSync(out, JSON.stringify(report));
    const header = { suite: 'demo', model: 'f', engine: 'webgpu', settings: { k: 3 } };
    expect(finishedResults(out, header)).toEqual([{ id: 'a', value: 1 }]);
    expect(finishedResults(out, { ...header, settings: { k: 4 } })).toEqual([]);
    expect(finishedResults(out, { ...header, engine: 'reference' })).toEqual([]);
    expect(finishedResults(join(folder, 'none.json'), header)).toEqual([]);
    const partial = new PartialRun(join(folder, 'r.partial.jsonl'), header);
    partial.add('a', { value: 2 });
    partial.take([{ id: 'a', value: 1 }, { id: 'b', value: 1 }]);
    expect([partial.get('a'), partial.get('b')]).toEqual([{ id: 'a', value: 2 }, { id: 'b', value: 1 }]);
  });

  it('leaves nothing behind once complete', () => {
    const path = join(folder, 'r.partial.jsonl');
    new PartialRun(path, HEADER).remove();
    expect(existsSync(path)).toBe(false);
  });
});

describe('--set', () => {
  const suite = { name: 'demo', settings: { k: 'neighbours', layers: 'layers' } };
  it('takes names and values', () => {
    expect(readSet('k=5; layers=6,7', suite)).toEqual({ k: '5', layers: '6,7' });
    expect(readSet(undefined, suite)).toEqual({});
  });
  it.each([
    ['k', '--set holds "k", but NAME=VALUE is wanted, several parted by semicolons.'],
    ['q=1', 'The suite demo has no setting "q"; it has k, layers.'],
  ])('%s is refused', (text, sentence) => {
    expect(() => readSet(text, suite)).toThrow(sentence);
  });
});

it('names the suites that there are where it gets another one', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(await run(['--suite', 'brew'])).toBe(2);
  expect(write.mock.calls.flat().join('')).toContain('There is no suite "brew": --suite takes one of ');
  write.mockRestore();
});

describe('the progress line', () => {
  it('rounds time up', () => {
    expect([remaining(0.2), remaining(59.5), remaining(61)]).toEqual(['1 s', '1 min 0 s', '1 min 1 s']);
  });
  it('writes whole lines, seldom, where nobody watches', () => {
    const write = vi.fn<(text: string | Uint8Array) => boolean>(() => true);
    const progress = new Progress({ write, isTTY: false });
    progress.show(1, 3, 2);
    progress.show(2, 3, 2);
    progress.show(3, 3, 2);
    expect(write.mock.calls.flat().map((text) => String(text).split(' (')[0])).toEqual(['3 of 5', '5 of 5']);
  });
});

it('refuses a results file with a figure that is no number', () => {
  const report = { format: 'moe-results', version: '1.0', suite: 's', created: '2026-01-02T03:04:05.678Z', command: '', model: { id: 'm', sha256: '0'.repeat(64) }, engine: 'reference', settings: {}, summary: { n: 1 }, items: [{ id: 'a' }] };
  expect(parseResults(report).summary).toEqual({ n: 1 });
  expect(() => parseResults({ ...report, summary: { n: [1] } })).toThrow('This is not a results file: summary.n is not what is wanted');
});
