import { useLayoutEffect } from 'react';
import { useAppState } from './context';

/**
 * Tells the style sheets that the first run is still on its way: what it fills stays unseen until then, so that nothing on
 * the page moves when it comes. It ends without a run too, where none can be had.
 */
export function useStarting(): void {
  const starting = useAppState(({ traces, session, view }) => traces.current === undefined && session.phase === 'idle' && !view.embed);
  useLayoutEffect(() => {
    const { dataset } = document.documentElement;
    if (starting) dataset['starting'] = '';
    else delete dataset['starting'];
  }, [starting]);
}
