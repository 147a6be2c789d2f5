import type { ReportRun } from '../../result/report-history.ts';

/** The day of a run, in UTC. */
export function dayOf({ startedAt }: Pick<ReportRun, 'startedAt'>): string {
  return startedAt === null ? 'unknown day' : new Date(startedAt).toISOString().slice(0, 10);
}

/** Day and minute, which tells the runs of one day apart. */
export function momentOf({ startedAt }: Pick<ReportRun, 'startedAt'>): string {
  return startedAt === null
    ? 'unknown time'
    : new Date(startedAt).toISOString().replace('T', ' ').slice(0, 16);
}

/** `3 Nov`, for axes. */
export function shortDay({ startedAt }: Pick<ReportRun, 'startedAt'>): string {
  return startedAt === null ? '?' : SHORT.format(startedAt);
}

const SHORT = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
