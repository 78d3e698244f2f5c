import { describe, expect, it } from 'vitest';
import { readExamples } from './traces';

describe('readExamples', () => {
  it('keeps well-formed entries and leaves out the rest', () => {
    const good = { id: 'a', title: 'A', prompt: 'x', trace: 'a.json' };
    expect(readExamples([{ ...good, seed: 7 }, { title: 'no prompt' }, 3, null])).toEqual([{ ...good, sampling: { temperature: 0.8, topK: 40, topP: 0.95, seed: 7, maxNewTokens: 48 } }]);
    expect(readExamples({ examples: [good] })).toHaveLength(1);
    expect(readExamples('nonsense')).toEqual([]);
  });

  it('takes traces only from its own folder', () => {
    expect(readExamples([{ title: 'A', prompt: 'x', trace: '../secret.json' }])[0]).not.toHaveProperty('trace');
    expect(readExamples([{ title: 'A', prompt: 'x', trace: 'https://example.org/a.json' }])[0]).not.toHaveProperty('trace');
  });
});
