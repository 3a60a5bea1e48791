// The only file that names OpenTelemetry; `open-tracing.ts` loads it when an endpoint is set.
import { ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, type Tracer } from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources'
import { BatchSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace'
import type { Span, SpanStart, Tracing } from './tracing.ts'

/** Endpoint and headers come from the standard variables, which the exporter reads itself. */
export function openOtlpTracing(version: string): Tracing {
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'palimpsest', 'service.version': version }))
      .merge(
        detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] }),
      ),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  })
  const tracer = provider.getTracer('palimpsest', version)
  return {
    start: (span) => startSpan(tracer, span),
    [Symbol.asyncDispose]: () => provider.shutdown(),
  }
}

function startSpan(tracer: Tracer, { name, parent, attributes }: SpanStart): Span {
  const context =
    parent === undefined
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, {
          traceId: parent.traceId,
          spanId: parent.spanId,
          traceFlags: parent.flags,
          isRemote: true,
        })
  const span = tracer.startSpan(name, { kind: SpanKind.SERVER, attributes }, context)
  return {
    set: (more) => {
      span.setAttributes(more)
    },
    end: (errorType) => {
      if (errorType !== undefined) {
        span.setAttribute('error.type', errorType)
        span.setStatus({ code: SpanStatusCode.ERROR })
      }
      span.end()
    },
  }
}
