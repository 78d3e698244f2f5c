import { useState } from 'react';
import { bibtex } from '../../state/citation';
import { notify } from '../../state/notices';
import { copyText } from '../../state/share';
import { strings } from '../../state/strings';
import { useApp } from '../context';

/** How to cite the page and the model that it runs, as BibTeX. */
export function Cite({ weights }: { readonly weights: string | undefined }) {
  const app = useApp();
  const [copied, setCopied] = useState(false);
  const text = strings.about.cite;
  const { version = '', revision } = app.services;
  const entry = bibtex({ version, revision, weights });
  const copy = async (): Promise<void> => {
    if (await copyText(entry)) setCopied(true);
    else notify(app, { tone: 'note', message: strings.share.copyFailed });
  };
  return (
    <section className="panel mwide" aria-label={text.title}>
      <div className="ph">
        <h2>{text.title}</h2>
        <button type="button" className="btn mcopy" onClick={() => void copy()}>
          {copied ? strings.share.copied : text.copy}
        </button>
      </div>
      <pre className="mcite" tabIndex={0} aria-label={text.entry}>
        {entry}
      </pre>
      <p className="ax">{text.note}</p>
    </section>
  );
}
