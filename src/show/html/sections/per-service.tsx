import type { JSX } from 'preact';
import type { Report, ReportedService } from '../../report/report.ts';

/** What is told of each service, under its name where there are several; null where there is nothing of any. */
export function perService(
  { services }: Report,
  bodyOf: (service: ReportedService) => JSX.Element | null,
): JSX.Element | null {
  const parts = services.flatMap((service) => {
    const body = bodyOf(service);
    return body === null ? [] : [{ service, body }];
  });
  if (parts.length === 0) return null;
  return (
    <>
      {parts.map(({ service, body }) => (
        <>
          {services.length > 1 ? <h3>{serviceName(service)}</h3> : null}
          {body}
        </>
      ))}
    </>
  );
}

export function serviceName({ name }: Pick<ReportedService, 'name'>): string {
  return name === '.' ? 'the service at the root' : name;
}
