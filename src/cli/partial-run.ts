/** Results of an interrupted evaluation, one JSON line each, behind a line that says of what. */
import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { PlaygroundError } from '../base/errors';
import { readText, writeText } from './files';
import type { UnitResult } from './suites/suite';

type Header = Readonly<Record<string, unknown>>;
export type StoredResult = UnitResult & { readonly id: string };

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseLine(line: string): unknown {
  try {
    const value: unknown = JSON.parse(line);
    return value;
  } catch {
    return undefined;
  }
}

/**
 * Results of a finished report of the same run, so that it can be summarised again; none where the
 * file is missing, no report, or of another run.
 */
export function finishedResults(path: string, header: Header): readonly StoredResult[] {
  if (!existsSync(path)) return [];
  const report = parseLine(readText(path));
  if (!isRecord(report) || !isRecord(report['model']) || !Array.isArray(report['items'])) return [];
  const engine = typeof report['engine'] === 'string' ? report['engine'].split(' ')[0] : undefined;
  const same = differences({ suite: report['suite'], model: report['model']['sha256'], engine, settings: report['settings'] }, JSON.parse(JSON.stringify(header)));
  return same.length > 0 ? [] : report['items'].filter((item): item is StoredResult => isRecord(item) && typeof item['id'] === 'string');
}

/** Names of the settings that differ, dotted: `settings.k`. */
function differences(a: unknown, b: unknown, path = ''): string[] {
  if (JSON.stringify(a) === JSON.stringify(b)) return [];
  if (!isRecord(a) || !isRecord(b)) return [path];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((key) => differences(a[key], b[key], path === '' ? key : `${path}.${key}`));
}

/** A file that grows by a line with every result, so that a stopped run goes on where it was. */
export class PartialRun {
  readonly #results = new Map<string, StoredResult>();

  /**
   * Opens the file or begins it. A last line that was cut off in the middle of writing is dropped.
   * @param header what the results depend on
   * @throws PlaygroundError `bad-input` when the file was begun with another header
   */
  constructor(
    private readonly path: string,
    header: Header,
  ) {
    const fresh = `${JSON.stringify(header)}\n`;
    if (!existsSync(path)) {
      writeText(path, fresh);
      return;
    }
    const [first = '', ...rows] = readText(path).split('\n');
    const differing = differences(parseLine(first), parseLine(fresh));
    if (differing.length > 0) {
      throw new PlaygroundError('bad-input', `The unfinished run in ${path} was begun with other settings (${differing.join(', ') || 'all'}): delete it, or choose another --out.`);
    }
    for (const row of rows) {
      const value = parseLine(row);
      if (isRecord(value) && typeof value['id'] === 'string') this.#results.set(value['id'], { ...value, id: value['id'] });
    }
    // Written anew, so that what is appended next does not continue a line that was cut off.
    writeText(path, fresh + [...this.#results.values()].map((result) => `${JSON.stringify(result)}\n`).join(''));
  }

  /** Takes results that are known from elsewhere, where this run has none of its own. */
  take(results: readonly StoredResult[]): void {
    for (const result of results) if (!this.#results.has(result.id)) this.#results.set(result.id, result);
  }

  get(id: string): StoredResult | undefined {
    return this.#results.get(id);
  }

  add(id: string, result: UnitResult): StoredResult {
    const line = JSON.stringify({ id, ...result });
    appendFileSync(this.path, `${line}\n`);
    // What is kept is what would be read again: a resumed run ends in the same report.
    const stored = { ...(JSON.parse(line) as UnitResult), id };
    this.#results.set(id, stored);
    return stored;
  }

  /** The run is complete: its results are in the report. */
  remove(): void {
    rmSync(this.path, { force: true });
  }
}
