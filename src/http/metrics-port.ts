import { createServer, type Server } from 'node:http'
import { metricsContentType, type Metrics } from '../observe/metrics.ts'

/** Metrics for whoever reaches this port: keep it inside. */
export function listenForMetrics(metrics: Metrics, host: string, port: number): Promise<Server> {
  const server = createServer({ requestTimeout: 5_000 }, (request, response) => {
    if (request.url !== '/metrics' || (request.method !== 'GET' && request.method !== 'HEAD')) {
      response.writeHead(404).end()
      return
    }
    void metrics.render().then(
      (text) => response.writeHead(200, { 'content-type': metricsContentType }).end(text),
      () => response.writeHead(500).end(),
    )
  })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server)
    })
  })
}
