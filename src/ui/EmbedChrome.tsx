import { useEffect, useState } from 'react';
import { answer } from '../state/embed/consent';
import { shareLink } from '../state/share';
import { strings } from '../state/strings';
import { BackendBadge } from './BackendBadge';
import { useApp, useAppState } from './context';
import { EditLine } from './edits/EditLine';
import { LoadingLine } from './LoadingLine';
import { Prompt } from './Prompt';
import { useHidden } from './useHidden';

/** Pause after a change before the link to the full page follows, ms. */
const LINK_MS = 300;

/** The parts that the page has only in another page, fetched there alone. */
export default function EmbedChrome({ part }: { readonly part: 'bar' | 'foot' }) {
  return part === 'bar' ? <EmbedBar /> : <EmbedFoot />;
}

/** What of the bar remains in another page: the prompt, the edits that are on, and a question of that page. */
function EmbedBar() {
  const edits = useAppState((state) => state.edits.list.length > 0);
  const asking = useAppState((state) => state.view.asking);
  const [noPrompt, noRun] = [useHidden('prompt'), useHidden('run')];
  const loading = useAppState((state) => state.session.phase === 'loading');
  const bare = noPrompt && noRun;
  return (
    <header className="top embed-bar" aria-label={strings.embed.region}>
      {asking !== undefined && <Question origin={asking} />}
      {(!bare || edits) && (
        <div className="wrap">
          {!bare && (
            <div className="top-main">
              <Prompt />
            </div>
          )}
          {(edits || loading) && (
            <div className="top-set">
              {loading && <BackendBadge />}
              <EditLine />
            </div>
          )}
        </div>
      )}
      <LoadingLine />
    </header>
  );
}

/** A trace of another page is shown after a yes, once for each page. */
function Question({ origin }: { readonly origin: string }) {
  const app = useApp();
  return (
    <div className="wrap notice note" role="alert">
      <span className="mark" aria-hidden="true">
        ?
      </span>
      <div className="body">
        <bdi>{strings.embed.ask(origin)}</bdi>
      </div>
      <span className="acts">
        <button type="button" className="link b" onClick={() => answer(app, true)}>
          {strings.embed.show}
        </button>
        <button type="button" className="link" onClick={() => answer(app, false)}>
          {strings.embed.refuse}
        </button>
      </span>
    </div>
  );
}

/** Where this comes from, and the way to the full page with the same state. */
function EmbedFoot() {
  const href = useShareLink();
  return (
    <footer className="embed-foot wrap">
      <span>{strings.sharing.licence}</span>
      <a className="link" href={href} target="_blank" rel="noreferrer" title={strings.sharing.fullHint}>
        {strings.sharing.full}
      </a>
    </footer>
  );
}

/** The link to what is shown, a moment after it has changed. */
function useShareLink(): string {
  const app = useApp();
  const [href, setHref] = useState('./');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const follow = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void shareLink(app).then(setHref);
      }, LINK_MS);
    };
    follow();
    const stop = app.store.subscribe(follow);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [app]);
  return href;
}
