import { useState } from 'react';
import { exportFile, runText } from '../../state/share';
import { strings } from '../../state/strings';
import { useApp, useAppState } from '../context';
import { CopyButton, type Copying } from './CopyButton';

/** The trace as a file, and the text of the run. */
export function FileTab({ copied, onCopy }: Copying) {
  const app = useApp();
  const trace = useAppState((state) => state.traces.current?.trace);
  const [withoutPrompt, setWithoutPrompt] = useState(false);
  const [withLogits, setWithLogits] = useState(false);
  const text = strings.share;
  if (trace === undefined) return <p>{text.nothing}</p>;
  const output = runText(trace);
  return (
    <>
      <p>{text.trace}</p>
      <div className="dlg-line">
        <button type="button" className="btn solid" onClick={() => exportFile(app, { withoutPrompt, withLogits })}>
          {text.exportTrace}
        </button>
        <label>
          <input type="checkbox" checked={withoutPrompt} onChange={(event) => setWithoutPrompt(event.target.checked)} />
          {text.withoutPrompt}
        </label>
        {trace.output.logits !== undefined && (
          <label>
            <input type="checkbox" checked={withLogits} onChange={(event) => setWithLogits(event.target.checked)} />
            {text.withLogits}
          </label>
        )}
      </div>
      <p className="share-next">{text.text}</p>
      <div className="dlg-line">
        <textarea readOnly value={output} aria-label={text.text} dir="auto" />
        <CopyButton value={output} name={text.copyText} copied={copied} onCopy={onCopy} />
      </div>
    </>
  );
}
