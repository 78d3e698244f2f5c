import { describe, expect, test, vi } from 'vitest';
import { PlaygroundError } from '../base/errors';
import { helpText, readArguments, runCommand, type Command } from './args';

const command = {
  name: 'demo',
  purpose: 'Shows flags.',
  positionals: { usage: 'FILE', min: 1, max: 1 },
  flags: {
    out: { kind: 'text', placeholder: 'FILE', default: 'out.json', help: 'Where to write.' },
    note: { kind: 'text', placeholder: 'TEXT', help: 'A note.' },
    count: { kind: 'number', min: 0, max: 9, whole: true, default: 3, help: 'How many.' },
    heat: { kind: 'number', min: 0, max: 2, whole: false, default: 0.8, help: 'How hot.' },
    engine: { kind: 'choice', options: ['a', 'b'], default: 'a', help: 'Which.' },
    fast: { kind: 'switch', help: 'Hurry.' },
  },
  notes: ['Writes --out.'],
} as const satisfies Command;

describe('a command line', () => {
  test('has defaults', () => {
    expect(readArguments(command, ['f'])).toEqual({ flags: { out: 'out.json', note: undefined, count: 3, heat: 0.8, engine: 'a', fast: false }, positionals: ['f'] });
  });
  test('reads every kind of flag, in either spelling', () => {
    expect(readArguments(command, ['--count', '0', '--heat=1.5', 'f', '--engine', 'b', '--fast', '--note', ''])?.flags).toEqual({ out: 'out.json', note: '', count: 0, heat: 1.5, engine: 'b', fast: true });
  });
  test.each([
    [['f', '--colour', 'red'], "Unknown option '--colour'. See npm run demo -- --help."],
    [['f', '--count', 'three'], '--count is "three", but a whole number from 0 to 9 is wanted. See npm run demo -- --help.'],
    [['f', '--count', '2.5'], '--count is "2.5", but a whole number from 0 to 9 is wanted. See npm run demo -- --help.'],
    [['f', '--count', ''], '--count is "", but a whole number from 0 to 9 is wanted. See npm run demo -- --help.'],
    [['f', '--heat=-1'], '--heat is "-1", but a number from 0 to 2 is wanted. See npm run demo -- --help.'],
    [['f', '--engine', 'c'], '--engine is "c", but one of a, b is wanted. See npm run demo -- --help.'],
    [['f', '--out'], "Option '--out <value>' argument missing. See npm run demo -- --help."],
    [[], 'There are 0 arguments without a dash (none), but wanted is FILE. See npm run demo -- --help.'],
    [['f', 'g'], 'There are 2 arguments without a dash (f g), but wanted is FILE. See npm run demo -- --help.'],
  ])('%j is refused in words', (argv, sentence) => {
    expect(() => readArguments(command, argv)).toThrow(sentence);
  });
  test('explains itself from the same table', () => {
    expect(helpText(command)).toBe(`npm run demo -- FILE [flags]

Shows flags.

  --out FILE    Where to write. Default out.json.
  --note TEXT   A note.
  --count N     How many. 0 to 9, default 3.
  --heat N      How hot. 0 to 2, default 0.8.
  --engine a|b  Which. Default a.
  --fast        Hurry.
  --help        This text.

Writes --out.
`);
  });
});

describe('a command', () => {
  const quietly = async (argv: string[], body: () => Promise<number>): Promise<{ code: number; out: string; err: string }> => {
    const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const err = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    try {
      const code = await runCommand(command, argv, body);
      return { code, out: out.mock.calls.join(''), err: err.mock.calls.join('') };
    } finally {
      out.mockRestore();
      err.mockRestore();
    }
  };

  test('ends with the code of its body, 2 for wrong input and 1 for a failure, each with its sentence', async () => {
    expect(await quietly(['f'], async () => 7)).toEqual({ code: 7, out: '', err: '' });
    expect(await quietly(['f', '--x'], async () => 7)).toMatchObject({ code: 2, err: "Unknown option '--x'. See npm run demo -- --help.\n" });
    const broken = async (): Promise<number> => {
      throw new PlaygroundError('bad-file', 'The file is broken.', ['here', 'and there']);
    };
    expect(await quietly(['f'], broken)).toEqual({ code: 1, out: '', err: 'The file is broken.\n  here\n  and there\n' });
  });
  test('prints its help instead of running', async () => {
    expect(await quietly(['--help'], async () => 7)).toMatchObject({ code: 0, out: helpText(command) });
  });
});
