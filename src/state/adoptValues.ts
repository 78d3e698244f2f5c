/** Settings of a link, a lesson or a trace's `view` block put onto the page. What is not named stays. */
import { patch, type App } from './app';
import { readHidden } from './controls';
import { readGroup } from './group';
import { readPins } from './pins';
import { SAMPLING_SETTINGS, type SettingValues } from './settings';

/** Settings that are fields of the view by the same name. */
const VIEW_SETTINGS = ['theme', 'language', 'unit', 'panel', 'remixSection', 'heat', 'order', 'tau', 'stepEnd', 'stepPattern', 'candidates'] as const;

export function samplingOf(values: Partial<SettingValues>): Partial<SettingValues> {
  return Object.fromEntries(SAMPLING_SETTINGS.flatMap((name) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

/** All that needs neither a trace nor a model. */
export function adoptValues(app: App, values: Partial<SettingValues>): void {
  patch(app, 'run', { ...samplingOf(values), ...(values.prompt === undefined ? {} : { prompt: values.prompt }) });
  for (const name of VIEW_SETTINGS) if (values[name] !== undefined) patch(app, 'view', { [name]: values[name] });
  patch(app, 'view', {
    ...(values.pins === undefined ? {} : { pins: readPins(values.pins) }),
    ...(values.group === undefined ? {} : { group: readGroup(values.group) }),
    ...(values.hide === undefined ? {} : { hidden: readHidden(values.hide) }),
    ...(values.embed === undefined ? {} : { embed: values.embed === '1' }),
  });
  if (values.speed !== undefined) patch(app, 'playback', { speed: values.speed });
}
