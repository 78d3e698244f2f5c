import { memo, useEffect } from 'react';
import { givenAnswer, nextItem } from '../../state/entropy/items';
import { collaborationOf } from '../../state/entropy/record';
import { cancelSecond, closeSecond, considerSecond, forgetSecond, openSecond } from '../../state/entropy/second';
import { ownSettings } from '../../state/entropy/settings';
import { strings } from '../../state/strings';
import type { Trace } from '../../trace/trace';
import { formatBytes } from '../../viz/format';
import { useApp, useAppState } from '../context';

/** Which text this is, whether its answer is right, and the small model on its way. */
export const TextLine = memo(function TextLine({ trace }: { readonly trace: Trace }) {
  const app = useApp();
  const items = useAppState((state) => state.entropy.items);
  const idle = useAppState((state) => state.run.status === 'idle');
  const text = strings.entropy.text;
  return (
    <div className="ent-text">
      <Answer trace={trace} />
      <span className="grow" />
      {items.phase === 'failed' && <span className="rfault">{items.message}</span>}
      <SecondState />
      <button type="button" className="link" disabled={!idle} onClick={() => void nextItem(app)}>
        {text.question}
      </button>
    </div>
  );
});

/** The answer of the text beside the one that the benchmark expects. */
function Answer({ trace }: { readonly trace: Trace }) {
  const item = useAppState((state) => state.entropy.item);
  const prompt = useAppState((state) => state.run.prompt);
  const text = strings.entropy.text;
  const record = collaborationOf(trace);
  const asked = item !== undefined && item.prompt === prompt ? item : undefined;
  const expected = record?.item ?? (trace.run.prompt === asked?.prompt ? asked : undefined);
  if (expected === undefined) return <span className="q2">{asked === undefined ? text.own : text.waits(strings.names.family(asked.family), asked.level)}</span>;
  const { promptTokens } = trace.run;
  const given = givenAnswer(trace.tokens.text.slice(promptTokens).filter((_, i) => trace.tokens.kind[promptTokens + i] !== 'special').join(''));
  const right = given === expected.answer;
  return (
    <span className="q2" data-answer={given === undefined ? 'none' : right ? 'right' : 'wrong'}>
      {given === undefined ? text.noAnswer(expected.answer) : right ? text.right(given) : text.wrong(given, expected.answer)}
    </span>
  );
}

/** Loads the small model while the view is open, and frees it when it closes. */
function SecondState() {
  const app = useApp();
  const second = useAppState((state) => state.entropy.second);
  const two = useAppState((state) => ownSettings(state.entropy).pair === 'two');
  const live = useAppState((state) => state.session.phase === 'ready');
  useEffect(() => {
    if (!live) forgetSecond(app);
    else if (two) considerSecond(app);
  }, [app, two, live]);
  // Closing the view, or choosing the form with one model, gives the memory back.
  useEffect(() => {
    if (!two) return;
    return () => void closeSecond(app);
  }, [app, two]);
  const text = strings.entropy.second;
  if (!two) return null;
  if (second.phase === 'loading') {
    const bytes = second.stage === 'download' && second.total > 0;
    return (
      <span className="ent-second" data-second="loading">
        <progress aria-label={text.progress} max={bytes ? second.total : 1} value={bytes ? second.done : undefined} />
        <span className="ax">{bytes ? text.bytes(formatBytes(second.done), formatBytes(second.total)) : strings.model.stage[second.stage]}</span>
        <button type="button" className="link" aria-label={text.cancelLong} onClick={() => cancelSecond(app)}>
          {strings.cancel}
        </button>
      </span>
    );
  }
  if (second.phase === 'ready') {
    return (
      <span className="ax" data-second="ready">
        {text.ready(second.name)}
      </span>
    );
  }
  return (
    <span className="ent-second" data-second={second.phase}>
      {second.phase === 'failed' && <span className="rfault">{second.message}</span>}
      {live && (
        <button type="button" className="link" onClick={() => void openSecond(app)}>
          {text.load}
        </button>
      )}
    </span>
  );
}
