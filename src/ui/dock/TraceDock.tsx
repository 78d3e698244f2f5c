import type { DataTable } from '../../base/table';
import { exportFile } from '../../state/share';
import type { OpenTrace } from '../../state/state';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { OpenButton } from '../OpenButton';
import { Panel } from '../Panel';
import { traceFacts } from './traceFacts';

/** What is open: where it comes from, what it holds, and how it leaves the page. */
export default function TraceDock() {
  const app = useApp();
  const open = useAppState((state) => state.traces.current);
  const text = strings.dock.trace;
  if (open === undefined) return <p className="nothing">{strings.share.nothing}</p>;
  return (
    <div className="dock-cols one">
      <Panel id="trace" title={text.title} formula={text.formula} n={strings.dock.n.tokens(open.trace.tokens.ids.length)} table={() => factTable(open)}>
        <dl className="facts-list">
          {traceFacts(open).map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <bdi>{value}</bdi>
              </dd>
            </div>
          ))}
        </dl>
        <div className="dlg-line">
          <button type="button" className="btn" onClick={() => exportFile(app)}>
            {strings.share.exportTrace}
          </button>
          <OpenButton className="btn" />
        </div>
      </Panel>
    </div>
  );
}

function factTable(open: OpenTrace): DataTable {
  return { columns: [{ name: strings.dock.trace.fact }, { name: strings.dock.trace.value }], rows: traceFacts(open).map(([name, value]) => [name, value]) };
}
