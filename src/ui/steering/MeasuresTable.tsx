import type { ReactNode } from 'react';
import { strings } from '../../state/strings';

/** One row of a table: its name, what stands beside it, and whether it is among those that the method acts on. */
export interface MeasuresRow {
  readonly name: string;
  readonly on: boolean;
  readonly cells: readonly string[];
}

/** The small table of a card: a name and some numbers a row; a sentence where nothing was measured. */
export function MeasuresTable({ columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly MeasuresRow[] }): ReactNode {
  if (rows.length === 0) return <p className="nothing">{strings.steering.empty}</p>;
  return (
    <table className="rtable srank">
      <thead>
        <tr>
          {columns.map((column, i) => (
            <th key={column} scope="col" className={i === 0 ? '' : 'num'}>
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ name, on, cells }) => (
          <tr key={name} className={on ? 'on' : ''}>
            <th scope="row">{name}</th>
            {cells.map((cell, i) => (
              <td key={columns[i + 1]} className="num">
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
