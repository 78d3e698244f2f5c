/** What is wrong with a link, in sentences that name the key, what it says and what it takes. */

/** At most this many choices are listed by name. */
const LISTED = 8;

export const linkStrings = {
  bad: (key: string, got: string, wanted: string) => `The link says ${key}=${got}, but ${key} takes ${wanted}, so it was left out.`,
  clamped: (key: string, got: string, wanted: string, used: string) => `The link says ${key}=${got}, but ${key} takes ${wanted}; ${used} is used.`,
  unknown: (keys: string, n: number) => `The link has ${n === 1 ? 'a key' : 'keys'} that this page does not know (${keys}); ${n === 1 ? 'it was' : 'they were'} left out.`,
  tooMany: (key: string, most: number) => `The link lists more than ${most} experts under ${key}; the rest was left out.`,
  badPrompt: 'The prompt in this link could not be read, so it was left out.',
  longPrompt: (most: string) => `The prompt in this link is longer than ${most} characters when unpacked, so it was left out.`,
  version: (got: string, own: string) => `This link is of version ${got}, and this page reads version ${own}, so nothing of it was used.`,
  long: (n: string, most: string) => `This link has ${n} characters, and the page reads at most ${most}, so nothing of it was used. A trace file can hold as much.`,
  several: (n: number) => `${n} parts of this link were left out or changed.`,
  more: (n: number) => `And ${n} more.`,
  notInLesson: (key: string) => `A lesson may not set ${key}.`,
  otherWeights: (link: string, own: string) => `This link was made with other weights (${link}) than those of this page (${own}), so numbers and text can differ from what its maker saw.`,
  /** What a key takes, after "takes". */
  wanted: {
    number: (min: string, max: string) => `a number from ${min} to ${max}`,
    whole: (min: string, max: string) => `a whole number from ${min} to ${max}`,
    choice: (options: readonly string[]) => (options.length > LISTED ? `one of ${options.length} names such as ${options.slice(0, 3).join(', ')}` : options.length === 1 ? (options[0] ?? '') : `${options.slice(0, -1).join(', ')} or ${options.at(-1) ?? ''}`),
    list: (options: readonly string[]) => `names of parts of the page, such as ${options.slice(0, 3).join(', ')}`,
    text: (most: string) => `at most ${most} characters`,
    slug: 'small letters, digits and hyphens',
    hex: '8 hexadecimal digits',
    experts: 'experts as layer.expert, with commas between them',
    settings: 'settings as name:value within their ranges, with commas between them',
    edit: {
      ab: 'experts of this model as layer.expert',
      rk: 'a number of experts, or layer:number',
      rp: 'a share of probability from 0.01 to 1, or layer:share',
      bias: 'layer.expert:value',
      mix: 'layer.expert:weight, more of them with _ between',
      scale: 'layer.expert:factor, more of them with _ between',
      force: 'position:token id',
      draw: 'position:seed',
      plan: 'a packed routing plan of this model',
    },
  },
} as const;
