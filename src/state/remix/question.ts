/** From a chosen question to what the unchanged model makes of it. */
import type { BenchmarkItem } from '../../methods/c3po/item';
import { optionTokens } from '../../methods/c3po/question';
import type { C3poSession } from '../../methods/c3po/session';
import { itemFault } from '../../methods/c3po/store';
import { throwIfCancelled } from '../../base/errors';
import { uniformAt } from '../../base/pcg';
import type { ModelAccess } from '../../engine/access';
import { ROUTER_AS_TRAINED } from '../../routing/plan';
import type { App } from '../app';
import { toFailure } from '../notices';
import { strings } from '../strings';
import { filterItems } from './data';
import { startMix } from './mix';
import { hasRead, holdQuestion, remixAccess, remixSession } from './session';
import { patchRemix } from './slice';
import type { OwnQuestion, Question } from './state';

/** Questions that are tried at most to find one that the model gets wrong. */
const MOST_TRIES = 40;

let reading: AbortController | undefined;
/** The question that the model is reading now: who asks for it again waits for the same answer. */
let underWay: { readonly item: BenchmarkItem; readonly session: C3poSession; readonly done: Promise<void> } | undefined;

/** A new signal; whatever was read before is given up. */
function freshSignal(): AbortSignal {
  reading?.abort();
  underWay = undefined;
  reading = new AbortController();
  return reading.signal;
}

/** Chooses a question and has the model read it. */
export async function chooseItem(app: App, item: BenchmarkItem): Promise<void> {
  patchRemix(app, { item, question: undefined, mix: undefined, effect: undefined, run: { phase: 'idle' }, fault: '', chooser: 'closed', excluded: [], layerAt: 0 });
  await readQuestion(app);
}

/** Has the model read the chosen question, unless it has. Without a model the question waits. */
export async function readQuestion(app: App): Promise<void> {
  const { item, question } = app.store.getState().remix;
  if (item === undefined || (question !== undefined && hasRead(app, question))) return;
  const access = remixAccess(app);
  const session = remixSession(app);
  if (access === undefined || session === undefined) {
    patchRemix(app, { reading: 'waiting' });
    return;
  }
  if (underWay?.item !== item || underWay.session !== session) {
    const signal = freshSignal();
    underWay = { item, session, done: readWith(app, access, session, item, signal) };
  }
  await underWay.done;
}

async function readWith(app: App, access: ModelAccess, session: C3poSession, item: BenchmarkItem, signal: AbortSignal): Promise<void> {
  patchRemix(app, { reading: 'reading' });
  try {
    const read = await askModel(access, session, item, signal);
    throwIfCancelled(signal);
    patchRemix(app, { question: read, reading: 'idle' });
    startMix(app, 'router');
  } catch (error) {
    if (signal.aborted) return;
    patchRemix(app, { reading: 'idle', fault: toFailure(error).message });
  } finally {
    if (!signal.aborted) underWay = undefined;
  }
}

/** A question as the method reads it, and the vocabulary after it, both on the unchanged model. */
async function askModel(access: ModelAccess, session: C3poSession, item: BenchmarkItem, signal: AbortSignal): Promise<Question> {
  const handle = await session.open(item, signal);
  const { logits } = await access.lastLogits(handle.ids, ROUTER_AS_TRAINED, { signal });
  const question: Question = {
    item,
    ids: handle.ids,
    firstTokens: handle.options.map((tokens) => tokens[0] ?? 0),
    longOptions: !handle.singleToken,
    embedding: handle.embedding,
    pathway: handle.router,
    before: { logits },
    answer: handle.base.option,
  };
  holdQuestion(question, handle, access);
  return question;
}

/** Another question of the list that the filter leaves, at random. */
export async function chooseRandom(app: App): Promise<void> {
  const items = offered(app);
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  const item = items[Math.floor(uniformAt(word, 0) * items.length)];
  if (item !== undefined) await chooseItem(app, item);
}

/** Looks through the list from a random place on for a question that the unchanged model answers wrongly. */
export async function chooseWrong(app: App): Promise<void> {
  const session = remixSession(app);
  const items = offered(app).filter(({ answer }) => answer !== undefined);
  if (session === undefined || items.length === 0) return;
  const signal = freshSignal();
  const [word = 0] = crypto.getRandomValues(new Uint32Array(1));
  const start = Math.floor(uniformAt(word, 0) * items.length);
  const tries = Math.min(MOST_TRIES, items.length);
  patchRemix(app, { reading: 'searching', fault: '' });
  try {
    for (let i = 0; i < tries; i += 1) {
      const item = items[(start + i) % items.length];
      if (item === undefined || !(await isWrong(session, item, signal))) continue;
      await chooseItem(app, item);
      return;
    }
    patchRemix(app, { reading: 'idle', fault: strings.remix.item.wrongNone(tries) });
  } catch (error) {
    if (signal.aborted) return;
    patchRemix(app, { reading: 'idle', fault: toFailure(error).message });
  }
}

async function isWrong(session: C3poSession, item: BenchmarkItem, signal: AbortSignal): Promise<boolean> {
  const question = await session.open(item, signal);
  throwIfCancelled(signal);
  return question.base.option !== question.right;
}

function offered(app: App): readonly BenchmarkItem[] {
  const { data, filter } = app.store.getState().remix;
  return data.phase === 'ready' ? filterItems(data.items, filter) : [];
}

/** The options of an own question, one a line; empty lines are none. */
export function ownOptions({ options }: OwnQuestion): readonly string[] {
  return options.split('\n').filter((line) => line.trim() !== '');
}

/** What keeps an own question from being used, before the model has seen it; in a sentence. */
export function ownFault(own: OwnQuestion): string | undefined {
  const text = strings.remix.own.faults;
  const options = ownOptions(own);
  if (own.prompt.trim() === '') return text.prompt;
  if (options.length === 0) return text.options;
  if (options.length === 1) return text.one;
  const twice = options.find((option, i) => options.indexOf(option) !== i);
  if (twice !== undefined) return text.twice(twice);
  if (own.answer !== '' && !options.includes(own.answer)) return text.answer(own.answer);
  return itemFault(own.prompt, options);
}

/** Takes the visitor's own question; what is wrong with it stands beside its fields. */
export async function useOwn(app: App): Promise<void> {
  const { own } = app.store.getState().remix;
  const access = remixAccess(app);
  const fault = ownFault(own) ?? (access === undefined ? undefined : await tokenFault(access, own));
  if (fault !== undefined) {
    patchRemix(app, { fault });
    return;
  }
  await chooseItem(app, { id: 'own', family: '', prompt: own.prompt, options: ownOptions(own), ...(own.answer === '' ? {} : { answer: own.answer }) });
}

/** What only the tokenizer can tell: a question that is too long, options that begin alike. */
async function tokenFault(access: ModelAccess, own: OwnQuestion): Promise<string | undefined> {
  const text = strings.remix.own.faults;
  const options = ownOptions(own);
  const ids = await access.encode(own.prompt);
  const most = access.config.context - 1;
  if (ids.length > most) return text.long(ids.length, most);
  const firstTokens = await Promise.all(options.map(async (option) => (await optionTokens(access, own.prompt, ids, option))[0] ?? 0));
  const second = firstTokens.findIndex((id, i) => firstTokens.indexOf(id) !== i);
  return second < 0 ? undefined : text.same(options[firstTokens.indexOf(firstTokens[second] ?? 0)] ?? '', options[second] ?? '');
}
