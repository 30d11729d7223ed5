// A small client of the jobs API, with nothing but fetch.

export class Jobs {
  constructor({ baseUrl, projectKey, apiKey, sleep }) {
    this.url = `${baseUrl}/public/${projectKey}/jobs`
    this.headers = { Authorization: `Bearer ${apiKey}` }
    this.sleep = sleep ?? ((seconds) => new Promise((done) => setTimeout(done, seconds * 1000)))
  }

  async send(method, path, attempts = 4) {
    for (let attempt = 1; ; attempt++) {
      const answer = await fetch(this.url + path, { method, headers: this.headers })
      if (![429, 503].includes(answer.status) || attempt === attempts) return answer
      await this.sleep(Number(answer.headers.get('Retry-After') ?? 1))
    }
  }

  async job(jobId) {
    const answer = await this.send('GET', `/${jobId}`)
    if (!answer.ok) throw new Error(`job ${jobId}: ${answer.status}`)
    return (await answer.json()).data
  }

  async cancel(jobId) {
    const answer = await this.send('DELETE', `/${jobId}`)
    if (!answer.ok) throw new Error((await answer.json()).error)
    return (await answer.json()).data
  }

  async wait(jobId, atMost = 60) {
    for (let looked = 0; looked < atMost; looked++) {
      const job = await this.job(jobId)
      if (job.status === 'failed') throw new Error(job.errors)
      if (['completed', 'cancelled'].includes(job.status)) return job
      await this.sleep(1)
    }
    throw new Error(`job ${jobId} has not ended in time`)
  }
}
