/**
 * Command lines: one table per command gives its flags, their checks and its `--help`. Wrong input ends with one
 * sentence and exit code 2, a failure with one sentence and exit code 1.
 */
import { parseArgs as splitArgs } from 'node:util';
import { errorCode, errorMessage, PlaygroundError } from '../base/errors';

export type Flag =
  | { readonly kind: 'text'; readonly placeholder: string; readonly default?: string; readonly help: string }
  | { readonly kind: 'number'; readonly min: number; readonly max: number; readonly whole: boolean; readonly default: number; readonly help: string }
  | { readonly kind: 'choice'; readonly options: readonly string[]; readonly default: string; readonly help: string }
  | { readonly kind: 'switch'; readonly help: string };

export interface Command<F extends Readonly<Record<string, Flag>> = Readonly<Record<string, Flag>>> {
  /** As typed after `npm run`. */
  readonly name: string;
  readonly purpose: string;
  /** Arguments without a dash. */
  readonly positionals: { readonly usage: string; readonly min: number; readonly max: number };
  readonly flags: F;
  /** What it writes and where, and other remarks; one line each. */
  readonly notes: readonly string[];
}

type FlagValue<F extends Flag> = F extends { readonly kind: 'number' }
  ? number
  : F extends { readonly kind: 'switch' }
    ? boolean
    : F extends { readonly kind: 'choice'; readonly options: readonly (infer O)[] }
      ? O
      : F extends { readonly default: string }
        ? string
        : string | undefined;

export interface Arguments<F extends Readonly<Record<string, Flag>>> {
  readonly flags: { readonly [N in keyof F]: FlagValue<F[N]> };
  readonly positionals: readonly string[];
}

/** Wrong usage: told apart from a failure by its exit code. */
function usageError<F extends Readonly<Record<string, Flag>>>(command: Command<F>, sentence: string): PlaygroundError {
  return new PlaygroundError('bad-input', `${sentence} See npm run ${command.name} -- --help.`);
}

/**
 * Reads a command line.
 * @returns undefined when help is asked for
 * @throws PlaygroundError `bad-input` for an unknown flag, a bad value or a wrong number of arguments
 */
export function readArguments<const F extends Readonly<Record<string, Flag>>>(command: Command<F>, argv: readonly string[]): Arguments<F> | undefined {
  const { values, positionals } = split(command, argv);
  if (values.help === true) return undefined;
  const flags: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(command.flags)) flags[name] = flagValue(command, name, flag, values[name]);
  const { min, max, usage } = command.positionals;
  if (positionals.length < min || positionals.length > max) {
    const wanted = max === 0 ? 'none' : usage;
    throw usageError(command, `There are ${positionals.length} arguments without a dash (${positionals.join(' ') || 'none'}), but wanted ${wanted === 'none' ? 'are none' : `is ${wanted}`}.`);
  }
  // Every flag of the table has just been given the type that the table says.
  return { flags: flags as Arguments<F>['flags'], positionals };
}

function split<F extends Readonly<Record<string, Flag>>>(command: Command<F>, argv: readonly string[]): { values: Record<string, unknown>; positionals: string[] } {
  const options = Object.fromEntries(Object.entries(command.flags).map(([name, flag]) => [name, { type: flag.kind === 'switch' ? ('boolean' as const) : ('string' as const) }]));
  try {
    return splitArgs({ args: [...argv], options: { ...options, help: { type: 'boolean', short: 'h' } }, allowPositionals: true });
  } catch (error) {
    const reason = errorMessage(error).split('. ')[0]?.replace(/\.?$/, '.') ?? '';
    throw usageError(command, reason);
  }
}

function flagValue<F extends Readonly<Record<string, Flag>>>(command: Command<F>, name: string, flag: Flag, given: unknown): unknown {
  const text = typeof given === 'string' ? given : undefined;
  switch (flag.kind) {
    case 'switch':
      return given === true;
    case 'text':
      return text ?? flag.default;
    case 'choice':
      if (text === undefined || flag.options.includes(text)) return text ?? flag.default;
      throw usageError(command, `--${name} is "${text}", but one of ${flag.options.join(', ')} is wanted.`);
    case 'number': {
      if (text === undefined) return flag.default;
      const value = text.trim() === '' ? NaN : Number(text);
      if (value >= flag.min && value <= flag.max && (!flag.whole || Number.isInteger(value))) return value;
      throw usageError(command, `--${name} is "${text}", but a ${flag.whole ? 'whole ' : ''}number from ${flag.min} to ${flag.max} is wanted.`);
    }
  }
}

/** The text of `--help`. */
export function helpText(command: Command): string {
  const rows = Object.entries({ ...command.flags, help: { kind: 'switch', help: 'This text.' } as const }).map(([name, flag]) => [flagUsage(name, flag), flagHelp(flag)] as const);
  const width = Math.max(...rows.map(([usage]) => usage.length));
  return [
    `npm run ${command.name} -- ${[command.positionals.usage, '[flags]'].filter(Boolean).join(' ')}`,
    '',
    command.purpose,
    '',
    ...rows.map(([usage, help]) => `  ${usage.padEnd(width)}  ${help}`),
    '',
    ...command.notes,
    '',
  ].join('\n');
}

function flagUsage(name: string, flag: Flag): string {
  switch (flag.kind) {
    case 'switch':
      return `--${name}`;
    case 'text':
      return `--${name} ${flag.placeholder}`;
    case 'choice':
      return `--${name} ${flag.options.join('|')}`;
    case 'number':
      return `--${name} N`;
  }
}

function flagHelp(flag: Flag): string {
  switch (flag.kind) {
    case 'switch':
      return flag.help;
    case 'number':
      return `${flag.help} ${flag.min} to ${flag.max}, default ${flag.default}.`;
    case 'text':
    case 'choice':
      return flag.default === undefined ? flag.help : `${flag.help} Default ${flag.default}.`;
  }
}

/**
 * Runs a command and turns its outcome into an exit code: what `body` returns, 2 for wrong input, 1 for a failure.
 */
export async function runCommand<const F extends Readonly<Record<string, Flag>>>(
  command: Command<F>,
  argv: readonly string[],
  body: (given: Arguments<F>) => Promise<number>,
): Promise<number> {
  try {
    const given = readArguments(command, argv);
    if (given !== undefined) return await body(given);
    process.stdout.write(helpText(command));
    return 0;
  } catch (error) {
    const details = error instanceof PlaygroundError ? error.details.map((detail) => `  ${detail}\n`).join('') : '';
    process.stderr.write(`${errorMessage(error)}\n${details}`);
    if (errorCode(error) === 'internal' && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
    return errorCode(error) === 'bad-input' ? 2 : 1;
  }
}
