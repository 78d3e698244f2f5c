import { useEffect, useState } from 'react';
import { isStale, loadModelReport, type ModelReport, type ReadReport } from '../../state/modelReport';
import { strings } from '../../state/strings';
import { useApp } from '../context';
import { Figures } from './Figures';

const SHORT_HASH = 12;

/** What was measured of the checkpoint. Its file is asked for when the panel opens, and only then. */
export default function ModelDock() {
  const { services } = useApp();
  const [report, setReport] = useState<ModelReport>();
  useEffect(() => {
    let live = true;
    void loadModelReport(services).then((read) => {
      if (live) setReport(read);
    });
    return () => {
      live = false;
    };
  }, [services]);
  return <div className="p-model">{report === undefined ? <p className="nothing">{strings.about.loading}</p> : <Report report={report} />}</div>;
}

function Report({ report }: { readonly report: ModelReport }) {
  const text = strings.about;
  switch (report.status) {
    case 'absent':
      return <p className="nothing">{text.absent}</p>;
    case 'refused':
      return (
        <div className="nothing" role="alert">
          <p>{text.refused(report.errors.length)}</p>
          <ul className="fault-list" tabIndex={0} aria-label={strings.open.count(report.errors.length)}>
            {report.errors.map((error) => (
              <li key={error}>{error}</li>
            ))}
          </ul>
        </div>
      );
    case 'read':
      return (
        <>
          {isStale(report) && <StaleNotice report={report} />}
          <Figures report={report} />
        </>
      );
  }
}

function StaleNotice({ report }: { readonly report: ReadReport }) {
  return (
    <p className="stale warn" role="alert">
      {strings.about.stale(report.evaluation.sha256.slice(0, SHORT_HASH), (report.weights ?? '').slice(0, SHORT_HASH))}
    </p>
  );
}
