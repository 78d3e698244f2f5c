import { describe, expect, it } from 'vitest';
import { createApp, INITIAL, patch } from './app';
import { hiddenParts, isHidden } from './controls';
import { keepHidden } from './keepHidden';

describe('what is left out stays closed', () => {
  it('whoever opens it', () => {
    const app = createApp({} as never, { ...INITIAL, view: { ...INITIAL.view, hidden: ['load', 'share'], panel: 'load' } });
    keepHidden(app);
    expect(app.store.getState().view.panel).toBe('main');
    patch(app, 'view', { panel: 'load', dialog: 'share' });
    expect(app.store.getState().view).toMatchObject({ panel: 'main', dialog: undefined });
    patch(app, 'view', { panel: 'cache', dialog: 'keys' });
    expect(app.store.getState().view).toMatchObject({ panel: 'cache', dialog: 'keys' });
    patch(app, 'view', { hidden: ['dock', 'tools'] });
    expect(app.store.getState().view).toMatchObject({ panel: 'main', dialog: undefined });
  });

  it('and in another page so does what belongs to a page of its own', () => {
    const view = { ...INITIAL.view, embed: true, hidden: ['next'] as const };
    expect(isHidden({ view }, 'share')).toBe(true);
    expect(isHidden({ view }, 'sampling')).toBe(true);
    expect(isHidden({ view }, 'next')).toBe(true);
    expect(isHidden({ view }, 'load')).toBe(false);
    expect(hiddenParts(view)).toBe(hiddenParts({ ...view }));
    expect(hiddenParts({ ...view, embed: false })).toEqual(['next']);
  });
});
