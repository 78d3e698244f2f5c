import { lazy, Suspense, useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { notify } from '../../state/notices';
import { copyText, shareKeys, shareLink } from '../../state/share';
import type { KeyRecord } from '../../state/applyKeys';
import { strings } from '../../state/strings';
import { useApp } from '../context';
import { Dialog } from '../Dialog';
import { EmbedTab } from './EmbedTab';
import { FileTab } from './FileTab';
import { LinkTab } from './LinkTab';

/** With the encoder, which only it needs. */
const QrTab = lazy(() => import('./QrTab'));
const TABS = ['link', 'embed', 'qr', 'file'] as const;
type Tab = (typeof TABS)[number];

/** What is on the page as a link, as code for another page, as a QR code, and as files. */
export default function ShareDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const [tab, setTab] = useState<Tab>('link');
  const [shared, setShared] = useState<{ readonly link: string; readonly keys: KeyRecord }>();
  const [copied, setCopied] = useState('');
  const text = strings.sharing;

  useEffect(() => {
    let live = true;
    void Promise.all([shareLink(app), shareKeys(app)]).then(([link, keys]) => {
      if (live) setShared({ link, keys });
    });
    return () => {
      live = false;
    };
  }, [app]);

  const copy = (value: string): void => {
    void copyText(value).then((done) => {
      if (done) setCopied(value);
      else notify(app, { tone: 'note', message: strings.share.copyFailed });
    });
  };
  const onKey = (event: KeyboardEvent): void => {
    const at = TABS.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: TABS.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = (to + TABS.length) % TABS.length;
    setTab(TABS[next] ?? 'link');
    tabs.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
  };

  return (
    <Dialog title={strings.share.title} onClose={onClose}>
      <div ref={tabs} className="rtabs share-tabs" role="tablist" aria-label={text.tabList} onKeyDown={onKey}>
        {TABS.map((name) => (
          <button key={name} type="button" role="tab" id={`${id}-${name}`} aria-selected={name === tab} aria-controls={`${id}-body`} tabIndex={name === tab ? 0 : -1} onClick={() => setTab(name)}>
            {text.tabs[name]}
          </button>
        ))}
      </div>
      <div className="share-body" role="tabpanel" id={`${id}-body`} aria-labelledby={`${id}-${tab}`}>
        {tab === 'link' && <LinkTab link={shared?.link ?? ''} copied={copied} onCopy={copy} />}
        {tab === 'embed' && <EmbedTab keys={shared?.keys ?? {}} copied={copied} onCopy={copy} />}
        {tab === 'qr' && shared !== undefined && (
          <Suspense>
            <QrTab link={shared.link} />
          </Suspense>
        )}
        {tab === 'file' && <FileTab copied={copied} onCopy={copy} />}
      </div>
      <span className="vh" role="status">
        {copied === '' ? '' : strings.share.copied}
      </span>
    </Dialog>
  );
}
