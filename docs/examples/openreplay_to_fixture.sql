-- Turns the jobs of an OpenReplay database into a file of fixtures. It only reads.
--   psql -XAtq -d URL -f openreplay_to_fixture.sql > fixtures/from_openreplay.json
-- It takes variables, as -v NAME=VALUE:
--   api_key  prefix of the made-up API keys (default: from-openreplay)
--   hide     1 replaces user ids and errors by meaningless words (default: 0)
--   newest   export only this many jobs, the newest (default: all)

\set ON_ERROR_STOP on
\if :{?api_key} \else \set api_key from-openreplay \endif
\if :{?hide} \else \set hide 0 \endif
\if :{?newest} \else \set newest 2147483647 \endif

SET client_encoding = 'UTF8';
BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY;

WITH clock AS (
    SELECT (extract(epoch FROM date_trunc('milliseconds', now())) * 1000)::bigint AS now,
           gen_random_uuid()::text AS salt
),
-- Projects have a column for their tenant only if there are several tenants.
project AS (
    SELECT project_id,
           CASE WHEN project_key ~ '^[A-Za-z0-9_-]{1,64}$' THEN project_key
                ELSE 'project-' || project_id END AS project_key,
           nullif(left(name, 256), '') AS name,
           coalesce((to_jsonb(p) ->> 'tenant_id')::integer, 1) AS tenant_id
    FROM public.projects AS p
    WHERE deleted_at IS NULL AND project_id >= 1
),
-- What fixtures can express: timestamps in epoch milliseconds, none before 1970 or after 9999, and
-- none of the past after now.
stated AS (
    SELECT job_id, project_id, project_key, status::text AS status, now,
           CASE WHEN :hide = 1 THEN 'user-' || md5(salt || reference_id)
                WHEN reference_id = '' THEN 'nobody'
                WHEN length(reference_id) > 256
                    THEN left(reference_id, 223) || '-' || md5(reference_id)
                ELSE reference_id END AS reference_id,
           CASE WHEN :hide = 1 AND errors IS NOT NULL THEN 'hidden' ELSE errors END AS errors,
           greatest(0, least(now, (extract(epoch FROM date_trunc('milliseconds', created_at)) * 1000)::bigint)) AS made,
           CASE WHEN updated_at IS NOT NULL THEN
               least(now, (extract(epoch FROM date_trunc('milliseconds', updated_at)) * 1000)::bigint)
               END AS updated,
           least(253402300799999, (extract(epoch FROM date_trunc('milliseconds', start_at)) * 1000)::bigint) AS start
    FROM public.jobs
    JOIN project USING (project_id)
    CROSS JOIN clock
    WHERE job_id >= 1
      AND action::text = 'delete_user_data'
      AND status::text IN ('scheduled', 'running', 'completed', 'failed', 'cancelled')
      AND isfinite(created_at) AND isfinite(start_at) AND isfinite(coalesce(updated_at, start_at))
    ORDER BY job_id DESC
    LIMIT :newest
),
-- A job that is still scheduled after its start time starts at the next midnight. One that has
-- started did so before now, and none starts before it was created.
begun AS (
    SELECT stated.*,
           CASE WHEN status = 'scheduled' AND start <= now THEN (now / 86400000 + 1) * 86400000
                WHEN status IN ('scheduled', 'cancelled') THEN greatest(start, made)
                ELSE least(greatest(start, made), now) END AS starts,
           status IN ('scheduled', 'running')
               AND count(*) FILTER (WHERE status IN ('scheduled', 'running')) OVER (
                   PARTITION BY project_id, reference_id ORDER BY job_id DESC
               ) > 1 AS is_second
    FROM stated
),
-- A job that has moved did so after it was created, and after its start if it has started.
moved AS (
    SELECT begun.*,
           CASE WHEN status IN ('running', 'completed', 'failed')
                    THEN greatest(updated, starts)
                WHEN status = 'cancelled' OR updated IS NOT NULL THEN greatest(updated, made)
                END AS moves
    FROM begun
),
job AS (
    SELECT job_id,
           json_strip_nulls(json_build_object(
               'jobId', job_id,
               'project', project_key,
               -- A user has one scheduled or running job per project: the newest keeps the name.
               'referenceId', CASE WHEN is_second THEN left(reference_id, 240) || ' #' || job_id
                                   ELSE reference_id END,
               'status', status,
               'createdAt', made,
               'updatedAt', moves,
               'startAt', starts,
               'errors', errors,
               -- No table says how long a job runs: eight hours from now, as the rule says.
               'plan', CASE WHEN status = 'running' THEN json_build_object(
                   'runs', now - moves + 28800000 || 'ms', 'ends', 'completed') END
           )) AS row,
           is_second,
           status = 'scheduled' AND starts <> start AS is_late
    FROM moved
),
tenant AS (
    SELECT tenant_id,
           coalesce(nullif(left(max(t.name), 230), ''), 'Tenant') || ' #' || tenant_id AS name,
           json_agg(
               json_strip_nulls(json_build_object(
                   'projectKey', project_key, 'projectId', project_id, 'name', project.name
               )) ORDER BY project_id
           ) AS projects
    FROM project
    LEFT JOIN public.tenants AS t USING (tenant_id)
    GROUP BY tenant_id
)
SELECT json_build_object(
           'now', (SELECT now FROM clock),
           'organizations', (SELECT json_agg(json_build_object(
               'name', name, 'apiKey', :'api_key' || '-' || tenant_id, 'projects', projects
           ) ORDER BY tenant_id) FROM tenant),
           'rules', json_build_array(json_build_object(
               'referenceId', '*', 'runs', '8h', 'ends', 'completed'
           )),
           'jobs', (SELECT coalesce(json_agg(row ORDER BY job_id DESC), '[]') FROM job)
       ) AS fixture,
       (SELECT count(*) FROM job) AS taken,
       (SELECT count(*) FROM public.jobs) AS present,
       (SELECT count(*) FROM job WHERE is_late) AS late,
       (SELECT count(*) FROM job WHERE is_second) AS renamed
\gset

COMMIT;
\qecho :fixture
\warn :taken of :present jobs are in the fixture; :late were late and wait for midnight, :renamed were second jobs of a user and are renamed
