import { useMemo } from 'react';
import type { OpenTrace } from '../../state/state';
import { strings } from '../../state/strings';
import { fieldStates } from '../../state/traceFields';
import { Panel } from '../Panel';

/** Which of the optional fields the trace has, and what each is for; and what an imported file does not say at all. */
export function TraceFields({ open }: { readonly open: OpenTrace }) {
  const text = strings.traces.fields;
  const { fields, unknown } = useMemo(() => fieldStates(open.trace), [open.trace]);
  const word = (present: boolean): string => (present ? text.present : text.absent);
  return (
    <Panel
      id="trace-fields"
      title={text.title}
      formula={text.formula}
      n=""
      head={<span className="ax of">{text.count(fields.filter(({ present }) => present).length, fields.length)}</span>}
      table={() => ({ columns: [{ name: text.field }, { name: text.here }, { name: text.purpose }], rows: fields.map(({ path, present }) => [path, word(present), text.purposes[path]]) })}
    >
      {unknown !== '' && <p className="ax label-note">{text.unknown(unknown)}</p>}
      <dl className="trace-fields">
        {fields.map(({ path, present }) => (
          <div key={path} className={present ? 'on' : undefined}>
            <dt>
              <span className="mark">{present ? '\u2713' : '\u2013'}</span> {path} <span className="vh">{word(present)}</span>
            </dt>
            <dd>{text.purposes[path]}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
