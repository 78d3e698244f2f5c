import { useId, useState } from 'react';
import { keysToHash, type KeyRecord } from '../../state/applyKeys';
import { elementCode, iframeCode } from '../../state/embed/code';
import { THEMES, type PanelName, type SettingValues } from '../../state/settings';
import { pageAddress } from '../../state/share';
import { strings } from '../../state/strings';
import { DOCK_PANELS } from '../dock/panels';
import { useAppState } from '../context';
import { CopyButton, type Copying } from './CopyButton';

const FORMS = ['iframe', 'element'] as const;
const WIDTHS = ['100%', '700px', '360px'] as const;
const HEIGHT = { min: 200, max: 1600, step: 20, start: 520 };

/** The page as a part of another page: what it shows there, how large, and the code to paste. */
export function EmbedTab({ keys, copied, onCopy }: Copying & { readonly keys: KeyRecord }) {
  const id = useId();
  const panel = useAppState((state) => state.view.panel);
  const [form, setForm] = useState<(typeof FORMS)[number]>('iframe');
  const [view, setView] = useState<PanelName>(panel);
  const [theme, setTheme] = useState<SettingValues['theme']>('system');
  const [width, setWidth] = useState<string>(WIDTHS[0]);
  const [height, setHeight] = useState(HEIGHT.start);
  const text = strings.sharing.embed;
  const { view: _, v: __, ...kept } = keys;
  const chosen: KeyRecord = { ...kept, ...(view === 'main' ? {} : { view }), ...(theme === 'system' ? {} : { theme }) };
  const address = pageAddress();
  address.hash = keysToHash({ ...chosen, embed: '1' });
  const size = { width, height };
  const code = form === 'iframe' ? iframeCode(address.href, text.title, size) : elementCode(new URL('embed/moe-playground.js', pageAddress()).href, chosen, size);
  return (
    <>
      <p>{text.about}</p>
      <div className="embed-form">
        <span className="q" id={`${id}-form`}>
          {text.form}
        </span>
        <span className="seg" role="group" aria-labelledby={`${id}-form`}>
          {FORMS.map((name) => (
            <button key={name} type="button" aria-pressed={name === form} onClick={() => setForm(name)}>
              {text.forms[name]}
            </button>
          ))}
        </span>
        <label className="q" htmlFor={`${id}-view`}>
          {text.view}
        </label>
        <select id={`${id}-view`} value={view} onChange={(event) => setView(DOCK_PANELS.find((one) => one.id === event.target.value)?.id ?? 'main')}>
          <option value="main">{text.main}</option>
          {DOCK_PANELS.map((one) => (
            <option key={one.id} value={one.id}>
              {one.title}
            </option>
          ))}
        </select>
        <label className="q" htmlFor={`${id}-width`}>
          {text.width}
        </label>
        <select id={`${id}-width`} value={width} onChange={(event) => setWidth(event.target.value)}>
          {WIDTHS.map((one) => (
            <option key={one} value={one}>
              {one === '100%' ? text.full : one.replace('px', ` ${text.px}`)}
            </option>
          ))}
        </select>
        <label className="q" htmlFor={`${id}-height`}>
          {text.height}
        </label>
        <span>
          <input
            id={`${id}-height`}
            type="number"
            min={HEIGHT.min}
            max={HEIGHT.max}
            step={HEIGHT.step}
            value={height}
            onChange={(event) => setHeight(Math.min(HEIGHT.max, Math.max(0, Math.round(Number(event.target.value)))))}
          />{' '}
          {text.px}
        </span>
        <label className="q" htmlFor={`${id}-theme`}>
          {text.theme}
        </label>
        <select id={`${id}-theme`} value={theme} onChange={(event) => setTheme(THEMES.find((one) => one === event.target.value) ?? 'system')}>
          {THEMES.map((one) => (
            <option key={one} value={one}>
              {text.themes[one]}
            </option>
          ))}
        </select>
      </div>
      <div className="dlg-line">
        <textarea className="embed-code" readOnly value={code} dir="ltr" spellCheck={false} aria-label={text.code} onFocus={(event) => event.target.select()} />
        <CopyButton value={code} name={text.copy} copied={copied} onCopy={onCopy} />
        <span className="ax">{text.formNote[form]}</span>
      </div>
      <p className="ax">{text.docs}</p>
    </>
  );
}
