import { useEffect, useState } from 'preact/hooks';
import type { Evidence } from '../../result/evidence.ts';
import { readEvidence } from './page.ts';
import type { Row } from './rows.ts';

/** The evidence of a check; `null` until it is unpacked, and where there is none. */
export function useEvidence(row: Row): Evidence | null {
  const [found, setFound] = useState<{ readonly row: Row; readonly evidence: Evidence | null } | null>(null);
  useEffect(() => {
    let here = true;
    void readEvidence(row.position).then((evidence) => {
      if (here) setFound({ row, evidence });
    });
    return () => {
      here = false;
    };
  }, [row]);
  return found?.row === row ? found.evidence : null;
}
