import { cellText, type DataTable } from '../base/table';
import { strings } from '../state/strings';

/** The numbers of a panel as a real table; the CSV file holds the same rows. */
export function DataTableView({ table, caption }: { readonly table: DataTable; readonly caption: string }) {
  if (table.rows.length === 0) return <p className="nothing">{strings.dock.panel.empty}</p>;
  const numeric = table.columns.map((_, i) => table.rows.every((row) => typeof row[i] !== 'string'));
  return (
    <div className="data-table" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption className="vh">{caption}</caption>
        <thead>
          <tr>
            {table.columns.map(({ name }, i) => (
              <th key={name} scope="col" className={numeric[i] === true ? 'num' : undefined}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row, r) => (
            <tr key={r}>
              {table.columns.map((column, i) => (
                <td key={column.name} className={numeric[i] === true ? 'num' : undefined}>
                  <bdi>{cellText(row[i], column)}</bdi>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
