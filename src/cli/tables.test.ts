import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documents, withTables } from '../../scripts/tables';
import { parseResults } from '../state/results';

const HEAD = { format: 'moe-results', version: '1.0', suite: 'c3po', created: '2026-01-02T03:04:05.678Z', command: 'npm run x', model: { id: 'moe', sha256: '0'.repeat(64) }, engine: 'reference', settings: {}, items: [] };

describe('tables of a document', () => {
  it('are those of the results, and stay as they are where there are none', () => {
    const text = 'a\n<!-- table: c3po -->\nold\n<!-- end -->\nb\n<!-- table: c3po-ablation -->\n<!-- end -->\n';
    const summary = { n: 10, base: 0.5, baseLow: 0.2, baseHigh: 0.8, baseCost: 1, baseMilliseconds: 0, carriedBy: 'ngd', gapClosed: 0.412, gapClosedLow: 0.3, gapClosedHigh: 0.52, ranHere: 'base: reference', ranElsewhere: '' };
    const made = withTables(text, (name) => (name === 'c3po' ? { ...HEAD, summary } : undefined));
    expect(made).toContain('10 items. `ngd` closes 41 % of the distance from base to oracle (95 % bootstrap interval 30 % to 52 %). Run here: base: reference. Command: `npm run x`.');
    expect(made.split('\n').slice(8, 10)).toEqual(['| base | 50.0 | 20.0 to 80.0 |  |  |  | 1.00 | 0 | 10 |', '<!-- end -->']);
    expect(made).toContain('<!-- table: c3po-ablation -->\n<!-- end -->');
    const ablated = withTables(text, (name) => (name === 'c3po' ? undefined : { ...HEAD, summary: {}, ablation: [{ axis: 'k', value: '1', share: 0.25, low: 0.1, high: 0.4 }] }));
    expect(ablated).toContain('old');
    expect(ablated).toContain('| k | 1: 25.0 (10.0 to 40.0) |');
  });

  it('in docs/METHODS.md are those of the results that ship: npm run tables', () => {
    const { is, should } = documents();
    expect(is).toBe(should);
  });
});

it('results that ship are of weights that ship', () => {
  const { models } = JSON.parse(readFileSync('public/models/manifest.json', 'utf8')) as { models: Record<string, { files: Record<string, { sha256: string }> }> };
  const files = existsSync('public/results') ? readdirSync('public/results').filter((name) => name.endsWith('.json')) : [];
  for (const file of files) {
    const { model } = parseResults(JSON.parse(readFileSync(`public/results/${file}`, 'utf8')));
    expect(model.sha256, file).toBe(models[model.id]!.files['model.safetensors']!.sha256);
  }
});
