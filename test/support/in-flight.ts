/** How many requests a server is at, the one that asks among them. */
export async function requestsInFlight(url: string, adminKey: string): Promise<number> {
  const response = await fetch(`${url}/metrics`, { headers: { 'x-api-key': adminKey } })
  const found = /^palimpsest_http_requests_in_flight (\d+)$/m.exec(await response.text())
  return Number(found?.[1])
}
