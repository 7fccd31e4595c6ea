/** Spans and metrics for OpenTelemetry. Needs `@opentelemetry/api`. */
export { instrument, type InstrumentOptions } from '../otel/instrument.ts';
