import { useEffect, useState } from 'react';
import { notify } from '../state/notices';
import { copyText, exportFile, runText, shareLink } from '../state/share';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { Dialog } from './Dialog';

const LONG_LINK = 2_000;

/** Link, trace file and text of what is on the page. */
export function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const trace = useAppState((state) => state.traces.current?.trace);
  const [link, setLink] = useState('');
  const [copied, setCopied] = useState<'link' | 'text'>();
  const [withoutPrompt, setWithoutPrompt] = useState(false);
  const [withLogits, setWithLogits] = useState(false);
  const text = strings.share;
  const output = trace === undefined ? '' : runText(trace);

  useEffect(() => {
    let live = true;
    void shareLink(app).then((url) => {
      if (live) setLink(url);
    });
    return () => {
      live = false;
    };
  }, [app]);

  const copy = async (what: 'link' | 'text', value: string): Promise<void> => {
    if (await copyText(value)) setCopied(what);
    else notify(app, { tone: 'note', message: text.copyFailed });
  };

  return (
    <Dialog title={text.title} onClose={onClose}>
      <div className="dlg-row">
        <p>{text.link}</p>
        <div className="dlg-line">
          <input type="text" readOnly value={link} aria-label={text.link} onFocus={(event) => event.target.select()} />
          <button type="button" className="btn" onClick={() => void copy('link', link)}>
            {copied === 'link' ? text.copied : text.copyLink}
          </button>
        </div>
        {link.length > LONG_LINK && <p className="ax">{text.longLink}</p>}
      </div>
      {trace === undefined ? (
        <div className="dlg-row">
          <p>{text.nothing}</p>
        </div>
      ) : (
        <>
          <div className="dlg-row">
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
          </div>
          <div className="dlg-row">
            <p>{text.text}</p>
            <div className="dlg-line">
              <textarea readOnly value={output} aria-label={text.text} dir="auto" />
              <button type="button" className="btn" onClick={() => void copy('text', output)}>
                {copied === 'text' ? text.copied : text.copyText}
              </button>
            </div>
          </div>
        </>
      )}
      <span className="vh" role="status">
        {copied === undefined ? '' : text.copied}
      </span>
    </Dialog>
  );
}
