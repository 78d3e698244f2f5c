/** The table of keys as docs/LINKS.md prints it. */
import { LINK_KEYS, LINK_VERSION, VERSION_KEY, type LinkKey } from '../linkKeys';
import { UNSET } from '../settings';

/** What a key without a single value takes. */
const TAKES: Readonly<Record<string, string>> = {
  [VERSION_KEY]: LINK_VERSION,
  pz: 'the prompt, deflated, as base64url',
  trace: 'address of a trace on the page\u2019s own origin',
  ab: '`layer.expert`, ...',
  rk: '`k` or `layer:k`, ...',
  rp: '`p` or `layer:p`, ...',
  bias: '`layer.expert:value`, ...',
  mix: '`layer.expert:weight_expert:weight`, ...',
  scale: '`layer.expert:factor_expert:factor`, ...',
  force: '`position:token`, ...',
  draw: '`position:seed`, ...',
  plan: 'a routing plan, deflated, as base64url',
  item: 'id of a question of the benchmark',
  c3po: '`name:value`, ...',
  rr: '`name:value`, ...',
  rice: '`name:value`, ...',
  topp: '`name:value`, ...',
  who: '`name:value`, ...',
};

function takes({ key, setting }: LinkKey): string {
  if (setting === undefined) return TAKES[key] ?? '';
  switch (setting.kind) {
    case 'number':
      return `${setting.min} to ${setting.max}${setting.decimals === 0 ? ', whole' : ''}`;
    case 'choice':
      return setting.options.join(', ');
    case 'list':
      return 'parts of the page, see below';
    case 'text':
      if (key === 'e' || key === 'g') return '`layer.expert`, ...';
      return setting.pattern === undefined ? `text of at most ${setting.maxLength.toLocaleString('en')} characters` : `text like \`${setting.pattern.source}\``;
  }
}

function unset({ setting }: LinkKey): string {
  if (setting === undefined || setting.default === '' || setting.default === UNSET) return '';
  return String(setting.default);
}

/** Rows of the table: key, what it takes, default, and whether a lesson may set it. */
export function linkTable(): readonly string[] {
  return LINK_KEYS.map((entry) => `| \`${entry.key}\` | ${takes(entry)} | ${unset(entry)} | ${entry.lesson ? 'yes' : ''} |`);
}
