"""What the page keeps of jobs."""

from __future__ import annotations

from mockserver.tests.page.job_documents import AT, make_job

STEPS = [("QUEUED", 0), ("PROCESSING", 1000), ("COMPLETED", 13_000)]
ONE, OTHER, ELSEWHERE = "1" * 32, "2" * 32, "3" * 32

KEEP = """(m, [first, again, changed]) => {
  const store = m.makeJobs();
  const job = store.keep(first);
  const seen = [[job.seq, job.version]];
  for (const document of [again, changed]) {
    seen.push([store.keep(document).seq, store.keep(document).version]);
  }
  return [seen, store.all.length, store.find(first.request_id).document.state];
}"""


def test_a_job_that_is_shown_again_is_the_same_and_its_version_tells_of_changes(run_module):
    """So that a row is made anew only where there is something new."""
    first = make_job(STEPS[:1], STEPS[1:])
    again = first | {"history": []}
    seen, count, state = run_module("jobs/jobs_store", KEEP, [first, again, make_job(STEPS)])
    assert seen == [[1, 0], [1, 0], [1, 1]]
    assert (count, state) == (1, "COMPLETED")


LISTS = """(m, jobs) => {
  const store = m.makeJobs();
  jobs.forEach(store.keep);
  const list = (account) => store.listOf(account).map(({id}) => id);
  const before = [list("a"), list("b"), list("c")];
  store.drop(new Set([store.find(jobs[0].request_id)]));
  return [before, list("a"), store.all.length, store.find(jobs[0].request_id) === undefined];
}"""


def test_the_jobs_of_an_account_are_in_the_order_of_their_submission(run_module):
    """Whatever the order in which the page learnt of them; what is dropped is nowhere left."""
    jobs = [
        make_job([("QUEUED", 5000)], request_id=OTHER, account="a"),
        make_job([("QUEUED", 0)], request_id=ONE, account="a"),
        make_job([("QUEUED", 0)], request_id=ELSEWHERE, account="b"),
    ]
    before, after, count, is_gone = run_module("jobs/jobs_store", LISTS, jobs)
    assert before == [[ONE, OTHER], [ELSEWHERE], []]
    assert (after, count, is_gone) == ([ONE], 2, True)


EXPIRE = """async (m, [document, now]) => {
  const { describeLife } = await import("/_mock/page/jobs/job_life.mjs");
  const store = m.makeJobs();
  const job = store.keep(document);
  store.expire(job, now);
  return [describeLife(job, now).state, job.version];
}"""


def test_a_job_that_the_control_plane_has_no_longer_has_expired_by_then(run_module):
    """Before its time, where somebody made it expire."""
    assert run_module("jobs/jobs_store", EXPIRE, [make_job(STEPS), AT + 20_000]) == ["EXPIRED", 1]


PRUNE = """(m, [template, many]) => {
  const store = m.makeJobs();
  for (let number = 0; number < m.MOST_KEPT + many; number += 1) {
    store.keep({ ...template, request_id: `job-${number}` });
  }
  store.prune(({id}) => Number(id.slice(4)) % 2 === 1);
  return [store.all.length - m.MOST_KEPT, store.all.slice(0, 5).map(({id}) => id)];
}"""


def test_of_too_many_jobs_those_leave_first_that_have_expired(run_module):
    """The first of them, and no more than has to."""
    left, first = run_module("jobs/jobs_store", PRUNE, [make_job(STEPS), 2])
    assert left == 0
    assert first == ["job-0", "job-2", "job-4", "job-5", "job-6"]
