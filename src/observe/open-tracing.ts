import type { Tracing } from './tracing.ts'

/**
 * Tracing as the standard variables ask for it, undefined when they name no endpoint. OpenTelemetry
 * is loaded only then: it costs tens of milliseconds and megabytes.
 */
export async function openTracing(
  environment: Readonly<Record<string, string | undefined>>,
  version: string,
): Promise<Tracing | undefined> {
  const endpoint =
    environment['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] || environment['OTEL_EXPORTER_OTLP_ENDPOINT']
  if (!endpoint) return undefined
  if (environment['OTEL_SDK_DISABLED']?.toLowerCase() === 'true') return undefined
  const { openOtlpTracing } = await import('./otlp.ts')
  return openOtlpTracing(version)
}
