/** The few signs of the page, drawn on a 16 px grid. `F` marks the filled parts. */
const PATHS = {
  first: [['', 'M4 3.5v9'], ['f', 'M12.5 3.5v9L6 8z']],
  previous: [['', 'M10 3.5 5.5 8l4.5 4.5']],
  play: [['f', 'M4.5 2.5v11L13.5 8z']],
  pause: [['f', 'M4.5 3h2.5v10H4.5zM9 3h2.5v10H9z']],
  next: [['', 'M6 3.5 10.5 8 6 12.5']],
  last: [['', 'M12 3.5v9'], ['f', 'M3.5 3.5v9L10 8z']],
  theme: [['', 'M13.5 8a5.5 5.5 0 1 1-11 0 5.5 5.5 0 0 1 11 0z'], ['f', 'M8 2.5a5.5 5.5 0 0 1 0 11z']],
  sun: [['', 'M11 8a3 3 0 1 1-6 0 3 3 0 0 1 6 0zM8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M12.6 3.4l-.7.7M4.1 11.9l-.7.7']],
  moon: [['', 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z']],
  menu: [['', 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11']],
  more: [['f', 'M4.6 8a1.1 1.1 0 1 1-2.2 0 1.1 1.1 0 0 1 2.2 0zM9.1 8a1.1 1.1 0 1 1-2.2 0 1.1 1.1 0 0 1 2.2 0zM13.6 8a1.1 1.1 0 1 1-2.2 0 1.1 1.1 0 0 1 2.2 0z']],
  maximise: [['', 'M10 2.5h3.5V6M6 13.5H2.5V10']],
  restore: [['', 'M10 2.5V6h3.5M6 13.5V10H2.5']],
  stats: [['', 'M3 13V8M8 13V3M13 13V6']],
  close: [['', 'M4 4l8 8M12 4l-8 8']],
  inspect: [['', 'M13 8A5 5 0 1 1 3 8a5 5 0 0 1 10 0z'], ['f', 'M8 6.2a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6z']],
  edits: [['', 'M2.5 5h4.5M11 5h2.5M2.5 11h2M8.5 11h5M11 5a2 2 0 1 1-4 0 2 2 0 0 1 4 0zM8.5 11a2 2 0 1 1-4 0 2 2 0 0 1 4 0z']],
  remix: [['', 'M2.5 4h3c3 0 2 8 5 8h3M2.5 12h3c3 0 2-8 5-8h3M11.5 2l2 2-2 2M11.5 10l2 2-2 2']],
  compare: [['', 'M2.5 3.5h4.5v9H2.5zM9 3.5h4.5v9H9z']],
  layer: [['', 'M2.5 8h3M10.5 8h3M5.5 8c1.5 0 1-3.5 2.5-3.5S9 8 10.5 8c-1.5 0-1 3.5-2.5 3.5S7 8 5.5 8z']],
  trace: [['', 'M4 2.5h5.5L12.5 6v7.5H4z']],
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true">
      {PATHS[name].map(([kind, d]) => (
        <path key={d} {...(kind === 'f' ? { className: 'f' } : {})} d={d} />
      ))}
    </svg>
  );
}
