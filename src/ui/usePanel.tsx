import { useEffect, useRef, useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { flushSync } from 'react-dom';
import type { DataTable } from '../base/table';
import { toCsv } from '../base/table';
import { patch } from '../state/app';
import { saveFile } from '../state/saveFile';
import { notify } from '../state/notices';
import { strings } from '../state/strings';
import { useApp, useAppState } from './context';
import { DataTableView } from './DataTableView';
import { PanelMenu } from './PanelMenu';
import { useHidden } from './useHidden';

export interface PanelOptions {
  /** Also the name of its files. */
  readonly id: string;
  readonly title: string;
  /** One line: what the numbers are. */
  readonly formula: string;
  /** Over what, e.g. `41 tokens`; empty where nothing is counted. */
  readonly n: string;
  /** The panel's numbers; undefined while there are none. */
  readonly table: (() => DataTable) | undefined;
}

export interface PanelHandle {
  /** To be spread over the panel's section. */
  readonly section: { readonly ref: RefObject<HTMLElement | null>; readonly 'data-panel': string; readonly tabIndex: -1; readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void };
  /** For the end of the panel's head line. */
  readonly actions: ReactNode;
  /** To be shown in place of the figure; undefined while the figure is on. */
  readonly asTable: ReactNode | undefined;
  readonly maximised: boolean;
}

/** Table view, files and maximising for one panel. */
export function usePanel({ id, title, formula, n, table }: PanelOptions): PanelHandle {
  const app = useApp();
  const ref = useRef<HTMLElement>(null);
  const [tableOn, setTableOn] = useState(false);
  const bare = useHidden('menus');
  const maximised = useAppState((state) => state.view.maximised === id);
  const about = [formula, n === '' ? '' : strings.dock.panel.n(n)].filter((part) => part !== '').join('; ');
  const maximise = (): void => patch(app, 'view', { maximised: maximised ? undefined : id });

  useEffect(() => {
    if (!maximised) return;
    const section = ref.current;
    // Focus that stood elsewhere would be lost with the rest of the page.
    if (section?.contains(document.activeElement) === false) section.focus();
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      event.preventDefault();
      patch(app, 'view', { maximised: undefined });
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [app, maximised]);
  // A panel that goes away gives the page back.
  useEffect(
    () => () => {
      if (app.store.getState().view.maximised === id) patch(app, 'view', { maximised: undefined });
    },
    [app, id],
  );

  const picture = async (kind: 'svg' | 'png'): Promise<void> => {
    const { panelSvg, svgToPng } = await import('./export/picture');
    const was = tableOn;
    if (was) flushSync(() => setTableOn(false));
    const drawn = ref.current === null ? undefined : panelSvg(ref.current);
    if (was) setTableOn(true);
    if (drawn === undefined) return;
    const name = `moe-${id}.${kind}`;
    try {
      saveFile(name, kind === 'svg' ? new Blob([await drawn], { type: 'image/svg+xml' }) : await svgToPng(await drawn));
      patch(app, 'view', { announcement: strings.dock.panel.saved(name) });
    } catch {
      notify(app, { tone: 'note', message: strings.dock.panel.pngFailed });
    }
  };
  const csv = (): void => {
    if (table === undefined) return;
    const name = `moe-${id}.csv`;
    saveFile(name, new Blob([toCsv(table())], { type: 'text/csv;charset=utf-8' }));
    patch(app, 'view', { announcement: strings.dock.panel.saved(name) });
  };

  return {
    section: {
      ref,
      'data-panel': id,
      tabIndex: -1,
      onKeyDown: (event) => {
        if (bare || event.key !== 'm' || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isField(event.target)) return;
        event.preventDefault();
        event.stopPropagation();
        maximise();
      },
    },
    actions: bare ? null : (
      <PanelMenu
        title={title}
        about={about}
        asTable={tableOn}
        maximised={maximised}
        hasTable={table !== undefined}
        onTable={() => setTableOn(!tableOn)}
        onCsv={csv}
        onSvg={() => void picture('svg')}
        onPng={() => void picture('png')}
        onMaximise={maximise}
      />
    ),
    asTable: tableOn && table !== undefined ? <DataTableView table={table()} caption={`${title}: ${about}`} /> : undefined,
    maximised,
  };
}

function isField(target: EventTarget): boolean {
  return target instanceof Element && target.closest('textarea, select, input:not([type=range], [type=checkbox])') !== null;
}
