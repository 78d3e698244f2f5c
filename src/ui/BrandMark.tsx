/** Sixteen experts, two of them chosen. */
const CHOSEN = [6, 9];

export function BrandMark() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      {Array.from({ length: 16 }, (_, i) => {
        const on = CHOSEN.includes(i);
        return (
          <circle
            key={i}
            cx={2.6 + (i % 4) * 4.9}
            cy={2.6 + Math.floor(i / 4) * 4.9}
            r={on ? 2.1 : 1.25}
            fill={on ? 'var(--ink)' : 'var(--ink-3)'}
            opacity={on ? 1 : 0.6}
          />
        );
      })}
    </svg>
  );
}
