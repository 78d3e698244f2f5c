import type { ReadReport } from '../../state/modelReport';
import { strings } from '../../state/strings';
import { formatCount } from '../../viz/format';

/** Where the numbers come from: the command that repeats them, when, of which weights, on how much text. */
export function Provenance({ report, tokens }: { readonly report: ReadReport; readonly tokens: number }) {
  const { evaluation, trainingTokens } = report;
  const text = strings.about.provenance;
  const seen = evaluation.tokensSeen?.['bpb'] ?? trainingTokens;
  const facts: readonly (readonly [name: string, value: string | undefined])[] = [
    [text.command, evaluation.command],
    [text.date, `${evaluation.created.slice(0, 16).replace('T', ' ')} UTC`],
    [text.weights, evaluation.sha256],
    [text.tokens, seen === undefined ? undefined : text.trained(formatCount(seen))],
    [text.held, strings.about.bits.n(formatCount(tokens), evaluation.window ?? undefined)],
  ];
  return (
    <section className="panel mwide" aria-label={text.title}>
      <div className="ph">
        <h2>{text.title}</h2>
      </div>
      <dl className="mfacts">
        {facts.map(([name, value]) =>
          value === undefined ? null : (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{name === text.command ? <code>{value}</code> : value}</dd>
            </div>
          ),
        )}
      </dl>
      <p className="ax">{text.note}</p>
    </section>
  );
}
