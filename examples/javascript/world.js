// A world of the mock for each test, by plain calls of the control API.

const origin = process.env.JOBS_MOCK ?? 'http://127.0.0.1:8080'

export async function admin(method, path, body) {
  const answer = await fetch(`${origin}/__admin${path}`, {
    method,
    headers: { 'Content-Type': 'application/json' },
    body: body === undefined ? undefined : JSON.stringify(body),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(text)
  return text === '' ? undefined : JSON.parse(text)
}

export async function createWorld() {
  const world = await admin('POST', '/worlds', {})
  const [organization] = world.organizations
  const path = `/worlds/${world.name}`
  await admin('POST', `${path}/clock/stop`)
  return {
    baseUrl: origin,
    apiKey: organization.apiKey,
    projectKey: organization.projects[0].projectKey,
    advance: (by) => admin('POST', `${path}/clock/advance`, { by }),
    createJob: async (job) => (await admin('POST', `${path}/jobs`, job)).job,
    addFault: (fault) => admin('POST', `${path}/faults`, fault),
    verify: (expectation) => admin('POST', `${path}/journal/verify`, expectation),
    delete: () => admin('DELETE', path),
  }
}
