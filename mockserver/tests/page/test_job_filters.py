"""Which jobs a filter lets through."""

from __future__ import annotations

from mockserver.tests.page.job_documents import AT, make_job
from mockserver.tests.tables import check_each

STEPS = [("QUEUED", 0), ("PROCESSING", 1000), ("FAILED", 13_000)]
JOBS = {
    "queued": make_job(STEPS[:1], STEPS[1:]),
    "failed": make_job(STEPS, error="It was TOO dark.", model="gpt-5.5"),
    "stalled": make_job(STEPS[:2], stalled=True, params={"prompt": "a Ship"}),
    "expired": make_job(STEPS[:2], stalled=True, expires=5000),
}
NOW = 20_000
MATCH = """async (m, [jobs, query]) => {
  const { readJob } = await import("/_mock/page/jobs/job_life.mjs");
  const isWanted = m.makeMatcher(m.readFilter(query), () => AT + NOW);
  return Object.keys(jobs).filter((name) => isWanted(readJob(jobs[name])));
}""".replace("AT", str(AT)).replace("NOW", str(NOW))

FILTERS = [
    ({}, ["queued", "failed", "stalled", "expired"]),
    ({"state": "FAILED"}, ["queued", "failed"]),
    ({"state": "PROCESSING"}, ["stalled"]),
    ({"state": "stalled"}, ["stalled"]),
    ({"state": "EXPIRED"}, ["expired"]),
    ({"state": "QUEUED"}, []),
    ({"state": "unheard of"}, []),
    ({"model": "gpt-5.5"}, ["failed"]),
    ({"text": "too dark"}, ["failed"]),
    ({"text": " ship  A "}, ["stalled"]),
    ({"text": "0a1b2c3d", "state": "stalled"}, ["stalled"]),
    ({"text": "account-0123", "model": "ideogram-3"}, ["queued", "stalled", "expired"]),
    ({"text": "\n.*["}, []),
]


def test_a_filter_lets_through_what_has_all_its_parts(run_module):
    """States are those of now, also of jobs that were shown before; words are found anywhere."""

    def check(row):
        query, expected = row
        assert run_module("jobs/job_filters", MATCH, [JOBS, query]) == expected

    check_each(FILTERS, check)
